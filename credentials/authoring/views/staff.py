"""Pages of the staff about offerings: the list, a new one, one of them, its previews, retiring it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from credentials import worklists
from credentials.authoring.forms import KIND_HELP, NewOfferingForm, OfferingFilter
from credentials.catalog import selectors, services
from credentials.catalog.models import Achievement, AchievementVersion, Offering, OfferingVersion
from credentials.catalog.selectors.differences import parts_of
from credentials.catalog.selectors.reading import read_version
from credentials.catalog.states import VersionState
from institution.accounts.authz import allowed, where_allowed
from institution.accounts.doorways import staff_page
from institution.accounts.models import OrgUnit
from institution.errors import InvalidInput, RegistryError

PER_PAGE = 50


def units_with(request: HttpRequest, permission: str) -> Any:
    """Return the open units where this person may do something, in the order of the tree."""
    mine = where_allowed(request.user, permission, "path", now=timezone.now())
    return OrgUnit.objects.open().filter(mine).order_by("path")


def offering_for(request: HttpRequest, pk: UUID) -> Offering:
    """Return an offering this person works with; 404 for what they may not see."""
    rows = Offering.objects.workable_by(request.user, now=timezone.now())
    return get_object_or_404(rows.select_related("org_unit__parent", "current_version"), pk=pk)


def newest_of(offering: Offering) -> OfferingVersion:
    """Return the newest version with all its parts."""
    rows = worklists.with_parts(OfferingVersion.objects.filter(offering=offering))
    rows = rows.select_related("offering__org_unit__parent", "offering__current_version", "edited_by")
    found = rows.order_by("-number").first()
    if found is None:
        raise Http404
    return found


@require_safe
@staff_page("catalog.view_offering")
def offering_list(request: HttpRequest) -> HttpResponse:
    """Show the offerings of this person's units, filtered by the address."""
    units = units_with(request, "catalog.view_offering")
    form = OfferingFilter(request.GET or None, units=units)
    chosen = form.chosen()
    rows = worklists.offering_list(request.user, chosen, now=timezone.now())
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "chosen": chosen,
        "clear_url": request.path if chosen else "",
        "may_create": allowed(request.user, "catalog.edit_offering", None, now=timezone.now()),
        "may_import": allowed(request.user, "catalog.import_offerings", None, now=timezone.now()),
    }
    return render(request, "authoring/list.html", context)


@staff_page("catalog.edit_offering")
def create(request: HttpRequest) -> HttpResponse:
    """Open an offering with the few words a draft begins with."""
    units = units_with(request, "catalog.edit_offering")
    form = NewOfferingForm(request.POST or None, units=units, initial={"org_unit": units.first()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        content = {"title": said["title"], "kind": said["kind"]}
        try:
            offering = services.create_offering(
                said["org_unit"], said["code"], content=content, actor=request.user, now=timezone.now()
            )
        except InvalidInput as error:
            for name, sentence in error.faults.items():
                form.add_error(name if name in form.fields else None, f"{error.title} {sentence}")
        else:
            return redirect("catalog:edit", pk=offering.pk)
    return render(request, "authoring/create.html", {"form": form, "kind_help": KIND_HELP})


@require_safe
@staff_page("catalog.view_offering")
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show where an offering stands, what changes in its draft, and what happened to it."""
    offering, now = offering_for(request, pk), timezone.now()
    version = newest_of(offering)
    is_open = version.state != VersionState.APPROVED
    may = {
        verb: allowed(request.user, f"catalog.{verb}_offering", offering, now=now)
        for verb in ("edit", "submit", "approve", "retire")
    }
    context = {
        "offering": offering,
        "version": version,
        "reading": read_version(version),
        "is_open": is_open,
        "may": may,
        "changes": selectors.changes_for_review(version) if is_open and offering.current_version else [],
        "completeness": worklists.completeness(version),
        "history": worklists.history(offering),
        "versions": offering.versions.select_related("approved_by").order_by("-number"),
        "returned": returned_words(version),
        "achieved": main_of(version),
        "further": further_of(version),
    }
    return render(request, "authoring/detail.html", context)


def main_of(version: OfferingVersion) -> AchievementVersion:
    """Return a version's main achievement, without the bytes of its picture."""
    parts = version.achievement_versions.defer("image", "document").select_related("achievement")
    return parts.get(achievement__position=1)


def further_of(version: OfferingVersion) -> dict[str, Any]:
    """Return what the list of an offering's achievements shows: {parts, retired}."""
    parts = parts_of(version)
    here = {part.achievement_id for part in parts}
    gone = Achievement.objects.filter(offering=version.offering_id).exclude(pk__in=here).order_by("position")
    names = AchievementVersion.objects.filter(achievement=OuterRef("pk")).exclude(document="")
    last = names.order_by("-offering_version__number").values("name")[:1]
    return {
        "parts": parts,
        "retired": gone.annotate(last_name=Subquery(last)).filter(last_name__isnull=False),
    }


def returned_words(version: OfferingVersion) -> dict[str, Any] | None:
    """Return the dean's reason and open comments, where a draft was returned and not handed in since."""
    if version.state != VersionState.DRAFT:
        return None
    last = version.decisions.filter(outcome="returned").select_related("decided_by").order_by("-id").first()
    if last is None or (version.submitted_at and last.decided_at < version.submitted_at):
        return None
    comments = version.comments.filter(resolved_at__isnull=True).select_related("author")
    return {"decision": last, "comments": list(comments.order_by("at", "id"))}


@require_safe
@staff_page("catalog.view_offering")
def preview(request: HttpRequest, pk: UUID, audience: str) -> HttpResponse:
    """Show the newest version as students, employers or the public will see it."""
    offering = offering_for(request, pk)
    labels = {"students": _("Students"), "employers": _("Employers"), "public": _("The public")}
    if audience not in labels:
        raise Http404
    version = newest_of(offering)
    tabs = [
        {"label": label, "url": reverse("catalog:preview", args=[pk, name]), "current": name == audience}
        for name, label in labels.items()
    ]
    context = {"offering": offering, "version": version, "reading": read_version(version)}
    context |= {"audience": audience, "tabs": tabs, "image_url": reverse("catalog:draft_image", args=[pk])}
    return render(request, "authoring/preview.html", context)


@require_safe
@staff_page("catalog.view_offering")
def draft_image(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Serve the picture of the newest version to those who work with it."""
    version = newest_of(offering_for(request, pk))
    image = version.achievement_versions.values_list("image", flat=True).get(achievement__position=1)
    if not image:
        raise Http404
    return HttpResponse(
        bytes(image), content_type="image/png", headers={"Cache-Control": "private, no-cache"}
    )


@staff_page("catalog.retire_offering")
def retire(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for the reason, then take the offering out of the catalogue."""
    offering = offering_for(request, pk)
    fault = ""
    if request.method == "POST":
        rationale = request.POST.get("rationale", "")
        try:
            services.retire_offering(offering, rationale=rationale, actor=request.user, now=timezone.now())
        except InvalidInput as error:
            fault = " ".join(map(str, error.faults.values()))
        else:
            undo = "undo:" + reverse("catalog:restore", args=[pk])
            messages.success(request, _("%(code)s is retired.") % {"code": offering.code}, extra_tags=undo)
            return redirect("catalog:detail", pk=pk)
    return render(request, "authoring/retire.html", {"offering": offering, "fault": fault})


@require_POST
@staff_page("catalog.retire_offering")
def restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Bring a retired offering back."""
    offering = offering_for(request, pk)
    services.restore_offering(offering, actor=request.user, now=timezone.now())
    messages.success(request, _("%(code)s is in the catalog again.") % {"code": offering.code})
    return redirect("catalog:detail", pk=pk)


@require_POST
@staff_page("catalog.edit_offering")
def draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Open the next version and go to write in it."""
    services.draft_offering(offering_for(request, pk), actor=request.user, now=timezone.now())
    return redirect("catalog:edit", pk=pk)


@require_POST
@staff_page("catalog.submit_offering")
def submit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand the draft to the dean; what is missing is said on the edit page."""
    version = newest_of(offering_for(request, pk))
    try:
        services.submit_offering(version, actor=request.user, now=timezone.now())
    except InvalidInput:
        return redirect(reverse("catalog:edit", args=[pk]) + "?check=1")
    tell_submitted(request, version)
    return redirect("catalog:detail", pk=pk)


def tell_submitted(request: HttpRequest, version: OfferingVersion) -> None:
    """Say that a version waits, with the way back."""
    words = _("Version %(number)s waits for the dean.") % {"number": version.number}
    undo = "undo:" + reverse("catalog:withdraw", args=[version.offering_id])
    messages.success(request, words, extra_tags=undo)


@require_POST
@staff_page("catalog.submit_offering")
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a waiting version back into draft."""
    version = newest_of(offering_for(request, pk))
    try:
        services.withdraw_offering(version, actor=request.user, now=timezone.now())
    except RegistryError as error:
        messages.error(request, str(error))
        return redirect("catalog:detail", pk=pk)
    messages.success(request, _("Version %(number)s is a draft again.") % {"number": version.number})
    return redirect("catalog:edit", pk=pk)
