"""The dean's pages: what waits, one version against the approved one, several at once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from credentials import worklists
from credentials.authoring.views.staff import newest_of, offering_for
from credentials.catalog import selectors, services
from credentials.catalog.models import OfferingVersion
from credentials.catalog.selectors.codes import is_uuid
from credentials.catalog.selectors.differences import label_of, said
from credentials.catalog.states import VersionState
from institution.accounts.authz import require
from institution.accounts.doorways import staff_page
from institution.errors import InvalidInput, RegistryError

PER_PAGE = 25
COMMENT = "comment-"


@require_safe
@staff_page("catalog.approve_offering")
def approvals(request: HttpRequest) -> HttpResponse:
    """Show the versions that wait for this person, the oldest first."""
    waiting = worklists.waiting_for(request.user, now=timezone.now())
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    cards = worklists.waiting_cards(page.object_list)  # type: ignore[arg-type]
    return render(request, "authoring/approvals.html", {"page": page, "cards": cards})


@staff_page("catalog.approve_offering")
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what changed against the approved version; take the decision with comments by field."""
    offering = offering_for(request, pk)
    require(request.user, "catalog.approve_offering", offering, now=timezone.now())
    version = newest_of(offering)
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            return _decide(request, version)
        except InvalidInput as error:
            faults = {name: str(sentence) for name, sentence in error.faults.items()}
        except RegistryError as error:
            faults = {"": str(error)}
    if version.state != VersionState.SUBMITTED:
        return redirect("catalog:detail", pk=pk)
    context = _review_context(request, version) | {"faults": faults}
    return render(request, "authoring/review.html", context, status=422 if faults else 200)


def _decide(request: HttpRequest, version: OfferingVersion) -> HttpResponse:
    rationale = request.POST.get("rationale", "")
    actor, now = request.user, timezone.now()
    facts = {"number": version.number, "title": version.title}
    if request.POST.get("decision") == "approve":
        day = request.POST.get("effective_on", "")
        if day and parse_date(day) is None:
            raise InvalidInput({"effective_on": _("This is not a date.")})
        services.approve_offering(
            version, rationale=rationale, effective_on=parse_date(day) if day else None, actor=actor, now=now
        )
        messages.success(request, _("Version %(number)s of “%(title)s” is approved and public.") % facts)
    else:
        comments = {
            name.removeprefix(COMMENT): str(text)
            for name, text in request.POST.items()
            if name.startswith(COMMENT)
        }
        services.return_offering(version, rationale=rationale, comments=comments, actor=actor, now=now)
        messages.success(request, _("Version %(number)s of “%(title)s” is returned.") % facts)
    return redirect("catalog:approvals")


def _review_context(request: HttpRequest, version: OfferingVersion) -> dict[str, Any]:
    changes = selectors.changes_for_review(version)
    texts = said(version)
    changed = {change.field for change in changes}
    typed = {name: text for name, text in request.POST.items() if name.startswith(COMMENT)}
    earlier = version.comments.filter(resolved_at__isnull=False).select_related("author")
    return {
        "offering": version.offering,
        "version": version,
        "changes": [{"change": change, "typed": typed.get(COMMENT + change.field, "")} for change in changes],
        "same": [
            {
                "field": name,
                "label": label_of(name, texts),
                "text": text,
                "typed": typed.get(COMMENT + name, ""),
            }
            for name, text in texts.items()
            if text and name not in changed
        ],
        "earlier": earlier.order_by("at", "id"),
        "decisions": version.decisions.select_related("decided_by").order_by("decided_at"),
        "completeness": worklists.completeness(version),
        "own": _own(request, version),
        "rationale": request.POST.get("rationale", ""),
        "today": timezone.localdate(),
        "history": worklists.history(version.offering),
    }


def _own(request: HttpRequest, version: OfferingVersion) -> dict[str, Any] | None:
    """Return who decides instead, and whether policy lets this person; None if it is somebody else's."""
    now = timezone.now()
    if not services.own_submission(version, request.user, now=now):
        return None
    allowed = request.institution.own_approval  # type: ignore[attr-defined]
    return {"allowed": allowed, "others": services.second_people(version, now=now)}


@staff_page("catalog.approve_offering")
def approve_several(request: HttpRequest) -> HttpResponse:
    """Show the chosen versions once more and ask for one reason; then approve them all or none."""
    data = request.POST if request.method == "POST" else request.GET
    waiting = worklists.waiting_for(request.user, now=timezone.now())
    ids = [pk for pk in data.getlist("version") if is_uuid(pk)]
    cards = worklists.waiting_cards(waiting.filter(pk__in=ids))
    if not cards:
        messages.warning(request, _("Choose the versions to approve first."))
        return redirect("catalog:approvals")
    fault = ""
    if request.method == "POST":
        versions = [card["version"] for card in cards]
        try:
            services.approve_many(
                versions, rationale=data.get("rationale", ""), actor=request.user, now=timezone.now()
            )
        except InvalidInput as error:
            fault = " ".join(map(str, error.faults.values()))
        except RegistryError as error:
            fault = _("Nothing was approved. %(why)s") % {"why": error}
        else:
            words = ngettext(
                "%(count)s version is approved.", "%(count)s versions are approved.", len(versions)
            )
            messages.success(request, words % {"count": len(versions)})
            return redirect("catalog:approvals")
    context = {"cards": cards, "fault": fault, "rationale": data.get("rationale", "")}
    return render(request, "authoring/approve_several.html", context, status=422 if fault else 200)
