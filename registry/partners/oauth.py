"""The OAuth doors: tokens for client credentials, and what a client may ask about its own tokens."""

import calendar
import hashlib
import json
import math
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from oauth2_provider.models import get_access_token_model
from oauth2_provider.oauth2_backends import get_oauthlib_core
from oauth2_provider.views import RevokeTokenView, TokenView
from oauthlib.common import Request as OAuthRequest

from registry.partners.throttles import TokenThrottle
from registry.problems import problem

CHALLENGE = 'Basic realm="oauth"'  # the one scheme a client may prove itself by (RFC 6749, section 5.2)
IN_ADDRESS = "Send everything in the body or the Authorization header, nothing in the address."
WORDS = {  # ASCII without quotes, as RFC 6749 has it
    "invalid_client": "The id and the secret do not belong together, or this partner is switched off. "
    "Ask an administrator of the college.",
    "invalid_scope": "Ask for scopes that the college granted to this partner, or leave scope out.",
    "unsupported_grant_type": "Send grant_type=client_credentials, "
    "with Content-Type: application/x-www-form-urlencoded.",
}


def refused(error: str, words: str = "", status: int = 400) -> JsonResponse:
    """Return an error as OAuth has it, with a sentence on what to do."""
    headers = {"Cache-Control": "no-store"} | ({"WWW-Authenticate": CHALLENGE} if status == 401 else {})
    body = {"error": error, "error_description": words or WORDS[error]}
    return JsonResponse(body, status=status, headers=headers)


class Counted:
    """Counts requests by address, so that secrets cannot be tried out; lets no secret into the address."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET:
            return refused("invalid_request", IN_ADDRESS)  # addresses end up in logs
        throttle = TokenThrottle()
        if not throttle.allow_request(request, self):  # type: ignore[arg-type]
            return problem("throttled", **{"Retry-After": str(math.ceil(throttle.wait() or 60))})
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        if answer.status_code in (400, 401) and answer["Content-Type"] == "application/json":
            error = json.loads(answer.content).get("error")
            return refused(error, status=answer.status_code) if error in WORDS else answer
        return answer


@method_decorator(csrf_exempt, name="dispatch")
class Token(Counted, TokenView):
    """RFC 6749 section 4.4, client credentials."""


@method_decorator(csrf_exempt, name="dispatch")
class Revoke(Counted, RevokeTokenView):
    """RFC 7009: a client gives a token of its own back."""


@csrf_exempt
@require_POST
def introspect(request: HttpRequest) -> HttpResponse:
    """Answer what a token of the asking client still allows (RFC 7662); of others' nothing."""
    if request.GET:
        return refused("invalid_request", IN_ADDRESS)
    client = _client_of(request)
    if client is None:
        return refused("invalid_client", status=401)
    if not request.POST.get("token"):
        return refused("invalid_request", "Send the token to be asked about in the body, as token=...")
    checksum = hashlib.sha256(request.POST["token"].encode()).hexdigest()
    token = get_access_token_model().objects.filter(token_checksum=checksum, application_id=client.pk).first()
    if token is None or not token.is_valid():
        return JsonResponse({"active": False}, headers={"Cache-Control": "no-store"})
    body = {
        "active": True,
        "scope": token.scope,
        "client_id": client.client_id,
        "token_type": "Bearer",
        "exp": calendar.timegm(token.expires.utctimetuple()),
    }
    return JsonResponse(body, headers={"Cache-Control": "no-store"})


def _client_of(request: HttpRequest) -> Any:
    """Return the client that proves itself by its secret, in the header or the body; else None."""
    core = get_oauthlib_core()
    asked = OAuthRequest(*core._extract_params(request))
    valid = core.server.request_validator.authenticate_client(asked)
    return asked.client if valid else None
