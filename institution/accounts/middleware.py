"""What every request carries: the institution, its time zone, the language of the person."""

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from institution.accounts.services import institution_now


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
