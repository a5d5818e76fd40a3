"""The public address of a status list, and the staff's pages of lists and their history."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_http_methods

from credentials.keys.responses import preflight, public_bytes
from credentials.status import selectors
from credentials.status.errors import NoListThen, NotSoAccepted, TimestampUnreadable
from credentials.status.models import PublishedList, StatusList
from credentials.status.published import LIST_TYPE, status_list_bytes
from credentials.status.services import TTL_SECONDS
from institution.accounts.doorways import staff_page

SERVED_AS = (LIST_TYPE, "application/ld+json", "application/json")  # what may be asked for; sent as the first
PAST_SECONDS = 31_536_000  # what was published once never changes
PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "OPTIONS"])
def status_list(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Serve a signed list to anybody; nothing about the asker is kept.

    `?timestamp=` asks for the list as it was published last before a moment (Bitstring Status List v1.0,
    3.2). Raises NotSoAccepted, TimestampUnreadable, NoListThen.
    """
    if request.method == "OPTIONS":
        return preflight()
    if not any(request.accepts(kind) for kind in SERVED_AS):
        raise NotSoAccepted()
    found = get_object_or_404(StatusList, profile__key=key, number=number, published_at__isnull=False)
    if "timestamp" in request.GET:
        past = _then(found, request.GET["timestamp"]).document.encode()
        return public_bytes(request, past, LIST_TYPE, max_age=PAST_SECONDS)
    return public_bytes(request, status_list_bytes(found), LIST_TYPE, etag=found.etag, max_age=TTL_SECONDS)


def _then(status_list: StatusList, text: str) -> PublishedList:
    """Return the list as it was published last at a moment, given with its zone (xsd:dateTimeStamp)."""
    try:
        moment = parse_datetime(text.strip().replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise TimestampUnreadable()
    found = status_list.history.filter(published_at__lte=moment).order_by("-published_at", "-id").first()
    if found is None:
        raise NoListThen()
    return found


@staff_page("status.view_lists")
@require_GET
def lists(request: HttpRequest) -> HttpResponse:
    """Show the status lists of the issuers one may see: how full, how many withdrawn, until when they hold."""
    found = selectors.lists_visible_to(request.user, now=timezone.now())
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "status/lists.html", {"page": page})


@staff_page("status.view_lists")
@require_GET
def history(request: HttpRequest, pk: Any) -> HttpResponse:
    """Show when a list was published, why, and which acts it shows for the first time."""
    visible = selectors.lists_visible_to(request.user, now=timezone.now())
    one = get_object_or_404(visible, pk=pk)
    versions = one.history.defer("document").order_by("-published_at", "-id")
    page = Paginator(versions, PER_PAGE).get_page(request.GET.get("page"))
    acts = selectors.acts_by_version(one, list(page))
    return render(request, "status/history.html", {"one": one, "page": page, "acts": acts})
