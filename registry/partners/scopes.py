"""Which scopes a client may ask for: those an administrator gave it, and no other."""

from typing import Any

from django.conf import settings
from oauth2_provider.scopes import BaseScopes


def all_scopes() -> dict[str, Any]:
    """Return every scope of the API with its sentence."""
    conf: Any = settings.OAUTH2_PROVIDER
    scopes: dict[str, Any] = conf["SCOPES"]
    return scopes


class ClientScopes(BaseScopes):
    """The scopes of the settings, cut to each client's own list."""

    def get_all_scopes(self) -> dict[str, Any]:
        """Return every scope with its sentence."""
        return all_scopes()

    def get_available_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        """Return what this client may ask for; nothing without a client."""
        known = self.get_all_scopes()
        return [scope for scope in getattr(application, "scopes", ()) if scope in known]

    def get_default_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        """Return what a client gets that asks for nothing in particular: all it may have."""
        return self.get_available_scopes(application, request)
