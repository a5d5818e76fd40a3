"""The OAuth doors: tokens for client credentials, and what a client may ask about its own tokens."""

import calendar
import hashlib
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


def refused_address() -> JsonResponse:
    """Return the answer to a request whose address carries anything: addresses end up in logs."""
    words = "Send everything in the body or the Authorization header, nothing in the address."
    return JsonResponse({"error": "invalid_request", "error_description": words}, status=400)


class Counted:
    """Counts requests by address, so that secrets cannot be tried out; lets no secret into the address."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET:
            return refused_address()
        throttle = TokenThrottle()
        if not throttle.allow_request(request, self):  # type: ignore[arg-type]
            return problem("throttled", **{"Retry-After": str(math.ceil(throttle.wait() or 60))})
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
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
        return refused_address()
    client = _client_of(request)
    if client is None:
        return JsonResponse(
            {"error": "invalid_client"}, status=401, headers={"WWW-Authenticate": 'Basic realm="oauth"'}
        )
    checksum = hashlib.sha256(request.POST.get("token", "").encode()).hexdigest()
    token = get_access_token_model().objects.filter(token_checksum=checksum, application_id=client.pk).first()
    if token is None or not token.is_valid():
        return JsonResponse({"active": False})
    return JsonResponse(
        {
            "active": True,
            "scope": token.scope,
            "client_id": client.client_id,
            "token_type": "Bearer",
            "exp": calendar.timegm(token.expires.utctimetuple()),
        }
    )


def _client_of(request: HttpRequest) -> Any:
    """Return the client that proves itself by its secret, in the header or the body; else None."""
    core = get_oauthlib_core()
    asked = OAuthRequest(*core._extract_params(request))
    valid = core.server.request_validator.authenticate_client(asked)
    return asked.client if valid else None
