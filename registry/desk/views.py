"""The first page of the portal, and the home page of each role."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from institution.accounts.doorways import staff_page
from institution.accounts.navigation import worn_assignment
from institution.accounts.searching import keep_words, private_words
from registry.desk import acts
from registry.desk.demo.accounts import ACCOUNTS
from registry.desk.desks import desk_for
from registry.desk.selectors import events_seen_by, search_everything

PAGE_SIZE = 100


@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    """What this is, for somebody who has never been here; in the demo also the doors of the roles."""
    accounts = ACCOUNTS if settings.DEMO else ()
    return render(
        request, "desk/welcome.html", {"accounts": accounts, "issuer_origin": settings.ISSUER_ORIGIN}
    )


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """My desk: what waits for me, in one sentence, and the lists behind it."""
    worn, _assignments = worn_assignment(request)
    if worn is None:
        return redirect("records:record")
    desk = desk_for(worn, user=request.user, now=timezone.now())
    return render(request, "desk/home.html", {"desk": desk, "section": "desk"})


@staff_page("desk.view_audit")
def audit(request: HttpRequest) -> HttpResponse:
    """Who did what to what, and when; filtered by kind of act, person and days."""
    if request.method == "POST":
        return keep_words(request, "audit")
    days = request.GET.get("days", "")
    words = private_words(request, "audit")
    found = events_seen_by(
        request.user,
        now=timezone.now(),
        kind=request.GET.get("kind", ""),
        words=words,
        days=int(days) if days.isdigit() else None,
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request, "desk/audit.html", {"page": page, "asked": request.GET, "q": words, "kinds": acts.KINDS}
    )


@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Anything by words: offerings, batches, skills and people, each only where I may see it."""
    if request.method == "POST":
        return keep_words(request, "everything")
    words = private_words(request, "everything")
    found = search_everything(request.user, words, now=timezone.now()) if words else []
    return render(
        request, "desk/search.html", {"q": words, "found": found, "count": sum(g.count for g in found)}
    )
