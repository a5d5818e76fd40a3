"""RFC 9457 problem documents for every failure of the API, in the same words as the screens."""

import re
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.defaults import server_error as server_error_page
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from institution.errors import InvalidInput, RegistryError

_GAP = re.compile(r"\{\w+\}")  # where a title names a fact of the case
TYPE = "application/problem+json"
API = "/api/"


@dataclass(frozen=True)
class Problem:
    """One type of problem: its stable code, what is the case, what to do, its HTTP status."""

    code: str
    title: Any
    remedy: Any
    status: int


OURS = (
    Problem(
        "not-authenticated",
        _("This needs an access token that is in force."),
        _(
            "It lives an hour. Get one at /oauth/token/ and send it in the Authorization header as “Bearer …”."
        ),
        401,
    ),
    Problem(
        "permission-denied",
        _("The token does not allow this."),
        _("Ask for a token with the scope that the reference names, or ask the college to grant it."),
        403,
    ),
    Problem(
        "not-found",
        _("There is nothing at this address, or nothing that you may see."),
        _("Check the address and the id."),
        404,
    ),
    Problem(
        "method-not-allowed",
        _("This address does not take this method."),
        _("The Allow header of the answer names those it takes."),
        405,
    ),
    Problem(
        "not-acceptable",
        _("We cannot answer in the format that was asked for."),
        _("Accept application/json."),
        406,
    ),
    Problem("too-large", _("What was sent is too large."), _("Send it in several parts."), 413),
    Problem(
        "unsupported-media-type",
        _("We cannot read this kind of content."),
        _("Send JSON, with Content-Type: application/json."),
        415,
    ),
    Problem(
        "parse-error",
        _("What was sent is not well-formed JSON."),
        _("Check it with a JSON tool; the detail says where reading stopped."),
        400,
    ),
    Problem(
        "throttled",
        _("You have asked too often in a short time."),
        _("Wait as many seconds as the Retry-After header says."),
        429,
    ),
    Problem(
        "server-error",
        _("Something failed here that should not."),
        _("Send it again in a minute. If it fails again, tell the people who run the portal when it was."),
        500,
    ),
)
BY_CODE = {one.code: one for one in OURS}
SAME = {
    "authentication_failed": "not-authenticated",
    "not_authenticated": "not-authenticated",
    "error": "server-error",
}


def known_problems() -> dict[str, Problem]:
    """Return every type of problem by its code: the API's own, and each room's errors."""
    found = dict(BY_CODE)
    waiting = [RegistryError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if "code" in vars(kind):
            title, remedy = (_GAP.sub("…", str(text)) for text in (kind.title, kind.remedy))
            found.setdefault(kind.code, Problem(kind.code, title, remedy, kind.status))
    return dict(sorted(found.items()))


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the problem document for an expected failure; None lets an unexpected one become a 500."""
    if isinstance(error, exceptions.ValidationError):
        error = InvalidInput(faults_of(error.detail))
    elif isinstance(error, RequestDataTooBig):
        error = exceptions.APIException(code="too-large")
        error.status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    elif isinstance(error, SuspiciousOperation):
        error = exceptions.ParseError()
    if isinstance(error, RegistryError):
        return Response(body_of(error), status=error.status, content_type=TYPE)
    answer = exception_handler(error, context)
    if answer is None:
        return None
    body = _own(_code(error), answer.status_code, _detail(error))
    needed = _scopes(context) if answer.status_code == status.HTTP_403_FORBIDDEN else ""
    if needed:
        body["scope"] = needed
        body["detail"] += " " + _("It needs: {scope}.").format(scope=needed)
    keep = {
        name: value
        for name, value in answer.headers.items()
        if name.lower() in {"www-authenticate", "retry-after"}
    }
    if needed:
        keep["WWW-Authenticate"] = f'Bearer error="insufficient_scope", scope="{needed}"'
    return Response(body, status=answer.status_code, headers=keep, content_type=TYPE)


def _scopes(context: dict[str, Any]) -> str:
    """Return the scopes that the endpoint asks for, in a row (RFC 6750, section 3)."""
    view, request = context.get("view"), context.get("request")
    asking = [one for one in view.get_permissions() if hasattr(one, "get_scopes")] if view else []
    return " ".join(scope for one in asking for scope in one.get_scopes(request, view))


def body_of(error: RegistryError) -> dict[str, Any]:
    """Return an expected failure as a problem document."""
    body: dict[str, Any] = {
        "type": f"/problems/{error.code}",
        "title": str(error.title).format_map(_Facts(error.facts)),
        "status": error.status,
        "detail": str(error),
    }
    body |= {key: value for key, value in error.facts.items() if key not in body}
    faults = getattr(error, "faults", None)
    if faults:
        body["errors"] = {field: str(sentence) for field, sentence in faults.items()}
    return body


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def faults_of(detail: Any, path: str = "") -> dict[str, str]:
    """Return nested complaints of serializers and filters as {dotted place: sentence}."""
    if isinstance(detail, dict):
        found: dict[str, str] = {}
        for key, value in detail.items():
            place = path if key == "non_field_errors" else f"{path}.{key}".strip(".")
            found |= faults_of(value, place)
        return found
    if isinstance(detail, list) and any(isinstance(one, dict | list) for one in detail):
        found = {}
        for index, value in enumerate(detail):
            if value:
                found |= faults_of(value, f"{path}.{index}".strip("."))
        return found
    sentences = detail if isinstance(detail, list) else [detail]
    return {path or "body": " ".join(str(one) for one in sentences)}


def _code(error: Exception) -> str:
    if isinstance(error, Http404):
        return "not-found"
    if isinstance(error, PermissionDenied):
        return "permission-denied"
    codes = error.get_codes() if isinstance(error, exceptions.APIException) else "error"
    code = str(codes)
    code = SAME.get(code, code).replace("_", "-")
    return code if code in BY_CODE else "server-error"


def _detail(error: Exception) -> str:
    """Return what only this case can say: where JSON broke off, which page there is not. All else is said by the type."""
    return str(error.detail) if isinstance(error, exceptions.ParseError | exceptions.NotFound) else ""


def _own(code: str, number: int, detail: str = "") -> dict[str, Any]:
    problem = BY_CODE[code]
    words = f"{problem.title} {problem.remedy}"
    return {
        "type": f"/problems/{code}",
        "title": str(problem.title),
        "status": number,
        "detail": f"{words} {detail}".strip(),
    }


def problem(code: str, **headers: str) -> JsonResponse:
    """Return a problem of the API's own as an answer outside of REST framework."""
    number = BY_CODE[code].status
    return JsonResponse(_own(code, number), status=number, content_type=TYPE, headers=headers)


class NoSuchEndpoint(APIView):
    """Answers every address below /api/v1/ that is none, whatever the method."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    throttle_classes: list[Any] = []
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse before anything else is asked."""
        raise Http404


def problem_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a type of problem means and what to do: where its `type` points to."""
    known = known_problems()
    if code not in known:
        raise Http404
    return render(request, "partners/problem.html", {"problem": known[code]})


def problem_list(request: HttpRequest) -> HttpResponse:
    """List every type of problem."""
    return render(request, "partners/problems.html", {"problems": list(known_problems().values())})


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what nobody expected: the API in JSON, pages as a page."""
    if request.path.startswith(API):
        return problem("server-error")
    return server_error_page(request)
