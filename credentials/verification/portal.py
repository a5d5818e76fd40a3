"""Our own share links, opened as a stranger opens them: by the page's own machine-readable twin."""

import json
from importlib import import_module
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.translation import gettext as _

from credentials.reading.incoming import NotRead
from credentials.verification.sources import body_of, stranger_request
from institution.accounts.services import institution_now
from institution.errors import RegistryError

SHARED_ROOMS = frozenset({"sharing"})


def shared_document(url: str) -> bytes:
    """Return the credentials behind a share link of this portal. Raises NotRead."""
    path = unquote(urlsplit(url).path).rstrip("/")
    for tail in (".json", "/.json", "/credentials.json", ""):
        match = _match(path + tail)
        if match is None:
            continue
        response = _ask(url, path + tail, match)
        kind = response.headers.get("Content-Type", "")
        if response.status_code == 200 and "json" in kind:
            return body_of(response)
        if response.status_code in {401, 403, 429}:
            raise _locked()
        if "problem+json" in kind:
            raise NotRead(
                _title(body_of(response)), _("Ask the holder for a new link, or for the file itself.")
            )
    raise NotRead(
        _("This link does not lead to a shared credential, or it is no longer shared."),
        _("Ask the holder for a new link, or for the file itself."),
    )


def _match(path: str) -> ResolverMatch | None:
    try:
        match = resolve(path)
    except Resolver404:
        return None
    return match if match.app_name in SHARED_ROOMS else None


def _ask(url: str, path: str, match: ResolverMatch) -> HttpResponseBase:
    request = _visitor(url, path)
    try:
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    except Http404:
        raise NotRead(
            _("This credential is no longer shared."), _("Ask the holder for a new link.")
        ) from None
    except PermissionDenied:
        raise _locked() from None
    except RegistryError as error:
        raise NotRead(str(error.title), str(error.remedy)) from None
    return response


def _visitor(url: str, path: str) -> HttpRequest:
    request = stranger_request(url, path)
    request.META["HTTP_ACCEPT"] = "application/json"
    request.user = AnonymousUser()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    request.institution = institution_now()  # type: ignore[attr-defined]
    return request


def _title(problem: bytes) -> str:
    """Return the title of a problem document of our own (RFC 9457)."""
    title: str = json.loads(problem)["title"]
    return title


def _locked() -> NotRead:
    return NotRead(
        _("This link asks for a passphrase, which only you can enter."),
        _("Open the link, enter the passphrase, download the credential there, and check that file."),
    )
