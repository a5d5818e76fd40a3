"""What every template may rely on."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from institution.accounts.navigation import nav_for


def institution(request: HttpRequest) -> dict[str, Any]:
    """Return `institution`, `demo`, `nav` and `worn` (the role assignments in force)."""
    nav = nav_for(request)
    return {
        "institution": getattr(request, "institution", None),
        "demo": settings.DEMO,
        "nav": nav.items,
        "worn": nav.worn,
        "assignments": nav.assignments,
        "portal_origin": settings.PORTAL_ORIGIN,
    }
