"""What every request carries: the institution, its time zone, the language of the person."""

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from institution.accounts.services import institution_now
from institution.errors import RegistryError


class InstitutionMiddleware:
    """Put `request.institution` in place, show times in its zone, speak the person's language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        institution = institution_now()
        request.institution = institution  # type: ignore[attr-defined]
        with timezone.override(zoneinfo.ZoneInfo(institution.time_zone)):
            chosen = "django_language" in request.COOKIES
            language = getattr(request.user, "language", "") if not chosen else ""
            if language:
                with translation.override(language):
                    return self.get_response(request)
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Show an expected failure as a page with what to do next; the API has its own problem documents."""
        if isinstance(error, RegistryError) and not request.path.startswith("/api/"):
            return render(request, "failure.html", {"error": error}, status=error.status)
        return None
