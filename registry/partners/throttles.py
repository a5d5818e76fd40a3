"""How often a partner may ask: counted per client, not per address."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class PartnerThrottle(SimpleRateThrottle):
    """Counts the requests of one service user; strangers get their 401 without being counted."""

    scope = "partner"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        user = request.user
        if user is None or not user.is_authenticated:
            return None
        return self.cache_format % {"scope": self.scope, "ident": user.pk}


class TokenThrottle(SimpleRateThrottle):
    """Counts how often one address asks for tokens, right or wrong."""

    scope = "token"

    def get_cache_key(self, request: Any, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}
