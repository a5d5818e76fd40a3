"""RFC 9457 problem documents for every failure of the API, in the same words as the screens."""

from typing import Any

from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from institution.errors import RegistryError


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the problem document for an expected failure; None lets an unexpected one become a 500."""
    if isinstance(error, RegistryError):
        body = {
            "type": f"/problems/{error.code}",
            "title": str(error.title),
            "status": error.status,
            "detail": str(error),
        }
        body |= {key: value for key, value in error.facts.items() if key not in body}
        faults = getattr(error, "faults", None)
        if faults:
            body["errors"] = {field: str(sentence) for field, sentence in faults.items()}
        return _problem(body, error.status)
    answer = exception_handler(error, context)
    if answer is None:
        return None
    code = getattr(error, "default_code", "not_found" if isinstance(error, Http404) else "error")
    body = {"type": f"/problems/{str(code).replace('_', '-')}", "status": answer.status_code}
    if isinstance(error, exceptions.ValidationError):
        body |= {"title": "The request has values that need a correction.", "errors": answer.data}
    else:
        detail = answer.data.get("detail", "") if isinstance(answer.data, dict) else ""
        body |= {"title": str(detail)}
    return _problem(body, answer.status_code, dict(answer.headers))


def _problem(body: dict[str, Any], status: int, headers: dict[str, str] | None = None) -> Response:
    keep = {k: v for k, v in (headers or {}).items() if k.lower() in {"www-authenticate", "retry-after"}}
    return Response(body, status=status, headers=keep, content_type="application/problem+json")
