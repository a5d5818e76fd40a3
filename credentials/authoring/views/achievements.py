"""The achievements beside an offering's own: add one, write it, bring a retired one back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from credentials.authoring.forms import EarnedForm, NewPartForm, PartForm, initial_of_part
from credentials.authoring.views.editing import EditPage, shown
from credentials.authoring.views.staff import newest_of, offering_for
from credentials.catalog import services
from credentials.catalog.models import Achievement, AchievementVersion, OfferingVersion
from credentials.catalog.selectors.differences import AT, Change
from credentials.catalog.states import VersionState
from institution.accounts.authz import require
from institution.accounts.doorways import staff_page
from institution.errors import InvalidInput


class PartPage(EditPage):
    """The edit page of one further achievement: the same rows and skills, its own words."""

    template = "authoring/edit_achievement.html"

    def make_form(self, *args: Any, **rest: Any) -> EarnedForm:
        return PartForm(*args, **rest)

    def initial(self) -> dict[str, Any]:
        return initial_of_part(self.achieved)

    def write(self, content: dict[str, Any], *, now: datetime, seen: datetime | None) -> OfferingVersion:
        done = services.edit_achievement(
            self.achieved, content=content, actor=self.request.user, now=now, seen=seen
        )
        return done.offering_version

    def compare(self, content: dict[str, Any], *, now: datetime) -> list[Change]:
        return services.compare_achievement(self.achieved, content=content, actor=self.request.user, now=now)

    def own_field(self, field: str) -> str:
        name, _at, position = field.partition(AT)
        return name if position == str(self.achieved.achievement.position) else ""


def _draft_of(request: HttpRequest, pk: UUID) -> OfferingVersion:
    offering = offering_for(request, pk)
    require(request.user, "catalog.edit_offering", offering, now=timezone.now())
    return newest_of(offering)


def _part(version: OfferingVersion, achievement: UUID) -> AchievementVersion:
    rows = version.achievement_versions.defer("document").select_related("achievement", "offering_version")
    found: AchievementVersion = get_object_or_404(
        rows, achievement_id=achievement, achievement__position__gt=1
    )
    return found


@staff_page("catalog.edit_offering")
def add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin a further achievement with its name and code."""
    version = _draft_of(request, pk)
    if version.state != VersionState.DRAFT:
        return redirect("catalog:detail", pk=pk)
    form = NewPartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            part = services.add_achievement(
                version, content=form.cleaned_data, actor=request.user, now=timezone.now()
            )
        except InvalidInput as error:
            for name, sentence in error.faults.items():
                form.add_error(name if name in form.fields else None, str(sentence))
        else:
            return redirect("catalog:edit_achievement", pk=pk, achievement=part.achievement_id)
    context = {"form": form, "offering": version.offering, "version": version}
    return render(request, "authoring/add_achievement.html", context, status=422 if form.errors else 200)


@staff_page("catalog.edit_offering")
def edit(request: HttpRequest, pk: UUID, achievement: UUID) -> HttpResponse:
    """Write in a further achievement of the open draft."""
    version = _draft_of(request, pk)
    if version.state != VersionState.DRAFT:
        return redirect("catalog:detail", pk=pk)
    page = PartPage(request, version, _part(version, achievement))
    if request.method != "POST":
        return shown(page, failed=False)
    action = request.POST.get("do", "save")
    if action != "save":
        page.act(action)
        return shown(page, failed=False)
    if page.save() is None:
        return shown(page, failed=True)
    here = reverse("catalog:edit_achievement", args=[pk, achievement])
    return redirect(f"{here}?saved=1")


@require_safe
@staff_page("catalog.view_offering")
def image(request: HttpRequest, pk: UUID, achievement: UUID) -> HttpResponse:
    """Serve the picture of an achievement in the newest version to those who work with it."""
    version = newest_of(offering_for(request, pk))
    rows = version.achievement_versions.filter(achievement_id=achievement)
    picture = rows.values_list("image", flat=True).first()
    if not picture:
        raise Http404
    headers = {"Cache-Control": "private, no-cache"}
    return HttpResponse(bytes(picture), content_type="image/png", headers=headers)


@require_POST
@staff_page("catalog.edit_offering")
def restore(request: HttpRequest, pk: UUID, achievement: UUID) -> HttpResponse:
    """Bring a retired achievement back into the draft."""
    version = _draft_of(request, pk)
    wanted = get_object_or_404(Achievement, pk=achievement, offering_id=pk)
    part = services.restore_achievement(version, wanted, actor=request.user, now=timezone.now())
    messages.success(request, _("“%(name)s” is in this draft again.") % {"name": part.name})
    return redirect(reverse("catalog:edit", args=[pk]) + "#part-achievements")
