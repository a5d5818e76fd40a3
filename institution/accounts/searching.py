"""Search for people without writing their names into addresses: the words stay in the session."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


def private_words(request: HttpRequest, key: str) -> str:
    """Return the words last searched for on a page; kept in the session under the page's key."""
    return str(request.session.get(f"words:{key}", ""))


def keep_words(request: HttpRequest, key: str) -> HttpResponse:
    """Keep the words of a search form (POST `q`) and return to the page, on its first page of results.

    Other fields of the form (state, role) hold no person and stay in the address.
    """
    request.session[f"words:{key}"] = request.POST.get("q", "").strip()[:200]
    rest = request.POST.copy()
    for name in ("q", "csrfmiddlewaretoken", "page"):
        rest.pop(name, None)
    kept = rest.urlencode()
    return redirect(f"{request.path}?{kept}" if kept else request.path)
