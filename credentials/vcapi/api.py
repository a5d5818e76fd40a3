"""The VC-API at /vc-api/: off unless configured, for clients with a token of the scope `vc-api`.

Rule: VCALM 0.9, sections 3.2 and 3.3. In the conformance configuration it answers as the W3C suites read it:
the credential alone, and 400 for what does not verify.
"""

from typing import Any

import orjson
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_safe
from oauth2_provider.contrib.rest_framework import TokenHasScope
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request, is_form_media_type
from rest_framework.response import Response
from rest_framework.views import APIView

from credentials.status.published import LIST_TYPE
from credentials.vcapi import asked as asking
from credentials.vcapi import services
from credentials.vcapi.errors import NotVerified
from credentials.vcapi.status import signed_list
from credentials.verification.api import BytesParser


class _JsonBytes(BytesParser):
    """The body as it came. A form is no request here, and is nothing: the search for a token reads its fields."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Return the bytes, or an empty form."""
        if is_form_media_type(media_type or ""):
            return QueryDict()
        return super().parse(stream, media_type, parser_context)


class _Door(APIView):
    """What the endpoints share: who may come in, and the body as it came."""

    parser_classes = [_JsonBytes]
    required_scopes = ["vc-api"]
    schema = None  # not part of the portal's own API

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Be nowhere unless switched on."""
        if not settings.VC_API:
            raise Http404
        super().initial(request, *args, **kwargs)

    def get_permissions(self) -> list[Any]:
        """Ask for the scope; without a token only where that is allowed, which production never is."""
        return [AllowAny()] if self._open() else [TokenHasScope()]

    def get_throttles(self) -> list[Any]:
        """Count clients, as everywhere; a conformance suite on this machine asks hundreds of times."""
        return [] if self._open() else super().get_throttles()

    @staticmethod
    def _open() -> bool:
        return bool(settings.VC_API_OPEN and not settings.PRODUCTION)

    @staticmethod
    def body(request: Request) -> bytes:
        """Return the request's bytes."""
        return request.data if isinstance(request.data, bytes) else b""


class IssueView(_Door):
    """Sign a credential with the VC-API's own did:key."""

    def post(self, request: Request) -> Response:
        """Return the signed credential."""
        signed = services.issue(asking.to_issue(self.body(request)), now=timezone.now())
        answer = signed if settings.VC_API_CONFORMANCE else {"verifiableCredential": signed}
        return Response(answer, status.HTTP_201_CREATED)


class DeriveView(_Door):
    """Show parts of a credential that was signed for it."""

    def post(self, request: Request) -> Response:
        """Return the credential with the parts asked for, and with those that are always shown."""
        derived = services.derive(asking.to_derive(self.body(request)))
        answer = derived if settings.VC_API_CONFORMANCE else {"verifiableCredential": derived}
        return Response(answer, status.HTTP_201_CREATED)


class VerifyCredentialView(_Door):
    """Check a credential."""

    def post(self, request: Request) -> Response:
        """Return whether it verifies, and every problem."""
        asked = asking.to_verify_credential(self.body(request))
        return _told(asked, "credential")


class VerifyPresentationView(_Door):
    """Check a presentation and each credential in it."""

    def post(self, request: Request) -> Response:
        """Return whether it verifies, and every problem."""
        asked = asking.to_verify_presentation(self.body(request))
        return _told(asked, "presentation")


@require_safe
def status_list(request: HttpRequest, multikey: str) -> HttpResponse:
    """Answer strangers with a key's status list; only for the W3C suites, which read entries."""
    if not (settings.VC_API and settings.VC_API_CONFORMANCE) or settings.PRODUCTION:
        raise Http404
    document = signed_list(multikey, now=timezone.now())
    if document is None:
        raise Http404
    return HttpResponse(orjson.dumps(document), content_type=LIST_TYPE)


def _told(asked: asking.Asked, name: str) -> Response:
    answer = services.verify(asked, now=timezone.now())
    problems = [*answer.errors, *answer.warnings]
    if not answer.verified and settings.VC_API_CONFORMANCE:
        words = [problem["title"] for problem in answer.errors]
        raise NotVerified(verified=False, errors=words, problemDetails=problems)
    body = {"verified": answer.verified, "problemDetails": problems}
    return Response(body | ({name: asked.document} if asked.give_back else {}))
