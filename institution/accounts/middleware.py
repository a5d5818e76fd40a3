"""What every request carries: the institution, its zone, the person's language; and who may go on."""

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone, translation

from institution.accounts.factor import owes_factor
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


class SecondFactorMiddleware:
    """Lead whoever owes a second factor to where it is set up; nothing else opens until then.

    Covers every page, Django's own admin too. Programs carry a token instead of a session and pass.
    """

    OPEN = ("account_logout", "account_reauthenticate", "set_language", "institution_css", "institution_logo")
    SET_UP = "mfa_"  # allauth's names for setting up, confirming and removing factors

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and owes_factor(request.user, now=timezone.now()):
            request.owes_factor = True  # type: ignore[attr-defined]
            if not self._leads_there(request.path_info):
                return self._lead(request)
        return self.get_response(request)

    def _leads_there(self, path: str) -> bool:
        try:
            name = resolve(path).url_name or ""
        except Resolver404:
            return False
        return name in self.OPEN or name.startswith(self.SET_UP)

    def _lead(self, request: HttpRequest) -> HttpResponse:
        if request.headers.get("HX-Request"):  # a part of a page would be swapped in otherwise
            return HttpResponse(headers={"HX-Redirect": reverse("mfa_index")})
        return redirect("mfa_index")
