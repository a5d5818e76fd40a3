"""The page on which an offering is written: one form, with rows of results and skills beside it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from credentials import worklists
from credentials.authoring import rubrics
from credentials.authoring.forms import (
    BASIS_HELP,
    KIND_HELP,
    RESULT_TYPE_CHOICES,
    EarnedForm,
    OfferingForm,
    initial_of,
    rows_of,
)
from credentials.authoring.views.staff import (
    further_of,
    main_of,
    newest_of,
    offering_for,
    returned_words,
    tell_submitted,
)
from credentials.catalog import services
from credentials.catalog.errors import EditedMeanwhile
from credentials.catalog.models import Achievement, AchievementVersion, Offering, OfferingVersion
from credentials.catalog.selectors.codes import is_uuid
from credentials.catalog.selectors.differences import AT, Change
from credentials.catalog.states import VersionState
from institution.accounts.authz import allowed, require
from institution.accounts.doorways import staff_page
from institution.errors import InvalidInput
from skills.frameworks.models import Skill
from skills.frameworks.selectors import search_skills

ACHIEVEMENT = "achievement-"  # buttons of the list of achievements
BESIDE = ("result_descriptions", "skills")  # parts of the content that are not fields of the form


class EditPage:
    """What the page holds between two clicks: typed text, rows, skills, faults. Nothing is saved by it."""

    template = "authoring/edit.html"

    def __init__(self, request: HttpRequest, version: OfferingVersion, achieved: AchievementVersion) -> None:
        self.request, self.version, self.achieved = request, version, achieved
        self.faults: dict[str, str] = {}
        self.conflict: dict[str, Any] | None = None
        self.seen = version.edited_at.isoformat()
        self.found: list[Skill] | None = None
        self.held = False  # saved, but too thin to be submitted
        post = request.POST if request.method == "POST" else None
        if post is None:
            self.form = self.make_form(initial=self.initial())
            self.rows = rows_of(self.achieved)
            ids = self.achieved.alignments.order_by("position", "id").values_list("skill_id", flat=True)
            self.skill_ids = [str(pk) for pk in ids]
            return
        self.form = self.make_form(post, request.FILES)
        self.rows = rubrics.read(post)
        self.skill_ids = list(dict.fromkeys(post.getlist("skills")))
        self.seen = post.get("seen", self.seen)

    def make_form(self, *args: Any, **rest: Any) -> EarnedForm:
        return OfferingForm(*args, version=self.version, **rest)

    def initial(self) -> dict[str, Any]:
        return initial_of(self.version, self.achieved)

    def write(self, content: dict[str, Any], *, now: datetime, seen: datetime | None) -> OfferingVersion:
        return services.edit_version(
            self.version, content=content, actor=self.request.user, now=now, seen=seen
        )

    def compare(self, content: dict[str, Any], *, now: datetime) -> list[Change]:
        return services.compare_edit(self.version, content=content, actor=self.request.user, now=now)

    def own_field(self, field: str) -> str:
        """Return the name on this page of a field that a dean commented on; "" if it is not here."""
        return "" if AT in field else field

    @property
    def skills(self) -> list[Skill]:
        """The skills chosen so far, in their order."""
        known = {str(pk): pk for pk in self.skill_ids if is_uuid(pk)}
        by_id = {str(s.pk): s for s in Skill.objects.filter(pk__in=known).select_related("framework")}
        return [by_id[pk] for pk in self.skill_ids if pk in by_id]

    def act(self, action: str) -> None:
        """Answer a button that changes the page and saves nothing."""
        if action == "find-skills":
            self.found = search_skills(self.request.POST.get("skill_words", ""))
        elif action.startswith("drop-skill-"):
            self.skill_ids = [pk for pk in self.skill_ids if pk != action.removeprefix("drop-skill-")]
        else:
            self.rows = rubrics.act(self.rows, action)
        # Typed text stays as typed; nothing is complained about before it is saved.
        self.form = self.make_form(initial=self.request.POST.dict())

    def content(self) -> dict[str, Any]:
        return self.form.content() | {
            "result_descriptions": rubrics.content(self.rows),
            "skills": self.skill_ids,
        }

    def save(self) -> OfferingVersion | None:
        """Save the draft; return it, or None with the faults to show."""
        if not self.form.is_valid():
            return None
        content, now = self.content(), timezone.now()
        try:
            return self.write(content, now=now, seen=parse_datetime(self.seen))
        except InvalidInput as error:
            self.note(error.faults)
        except EditedMeanwhile:
            fresh = OfferingVersion.objects.select_related("edited_by").get(pk=self.version.pk)
            changes = self.compare(content, now=now)
            self.conflict = {"by": fresh.edited_by, "at": fresh.edited_at, "changes": changes}
            self.seen = fresh.edited_at.isoformat()
        return None

    def note(self, faults: dict[str, str]) -> None:
        """Put faults beside their fields."""
        for name, sentence in faults.items():
            if name in BESIDE or name == "achievements":
                self.faults[name] = str(sentence)
            else:
                own = {"duration": "duration_amount"}.get(name, name)
                self.form.add_error(own if own in self.form.fields else None, str(sentence))

    def context(self) -> dict[str, Any]:
        version, now = self.version, timezone.now()
        returned = returned_words(version)
        comments: dict[str, list[Any]] = {}
        for comment in returned["comments"] if returned else []:
            comments.setdefault(self.own_field(comment.field), []).append(comment)
        offering: Offering = version.offering
        return {
            "offering": offering,
            "version": version,
            "form": self.form,
            "rows": self.rows,
            "skills": self.skills,
            "found": self.found,
            "skill_words": self.request.POST.get("skill_words", ""),
            "faults": self.faults,
            "conflict": self.conflict,
            "seen": self.seen,
            "comments": comments,
            "returned": returned,
            "achieved": self.achieved,
            "further": further_of(version),
            "result_types": RESULT_TYPE_CHOICES,
            "kind_help": KIND_HELP,
            "basis_help": BASIS_HELP,
            "completeness": worklists.completeness(version),
            "may_submit": allowed(self.request.user, "catalog.submit_offering", offering, now=now),
            "held": self.held,
            "saved": self.request.GET.get("saved") == "1",
        }


@staff_page("catalog.edit_offering")
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write in the open draft of an offering."""
    offering = offering_for(request, pk)
    require(request.user, "catalog.edit_offering", offering, now=timezone.now())
    version = newest_of(offering)
    if version.state != VersionState.DRAFT:
        return redirect("catalog:detail", pk=pk)
    page = EditPage(request, version, main_of(version))
    if request.method == "POST":
        return _answer(request, page)
    if request.GET.get("check") == "1":
        needed = page_needs(page)
        page.form = page.make_form(_as_posted(page.form.initial))
        page.form.is_valid()
        page.held = True
        page.note(dict.fromkeys(needed, _("A dean needs this to decide.")))
    return render(request, "authoring/edit.html", page.context())


def _answer(request: HttpRequest, page: EditPage) -> HttpResponse:
    action = request.POST.get("do", "save")
    saves = action in ("save", "submit") or action.startswith(ACHIEVEMENT)
    saved = None
    if saves:
        saved = page.save()
    else:
        page.act(action)
    if saved is None:
        return shown(page, failed=saves)
    if action.startswith(ACHIEVEMENT):
        return _act_on_achievement(request, saved, action.removeprefix(ACHIEVEMENT))
    if action == "submit":
        try:
            services.submit_offering(saved, actor=request.user, now=timezone.now())
        except InvalidInput as error:
            page.version, page.seen = newest_of(page.version.offering), saved.edited_at.isoformat()
            page.held = True
            page.note(error.faults)
            return render(request, "authoring/edit.html", page.context())
        tell_submitted(request, saved)
        return _lead(request, reverse("catalog:detail", args=[saved.offering_id]))
    if request.FILES.get("image"):
        messages.success(request, _("Picture saved."))
    return redirect(reverse("catalog:edit", args=[saved.offering_id]) + "?saved=1")


def _act_on_achievement(request: HttpRequest, version: OfferingVersion, action: str) -> HttpResponse:
    """Answer a button of the list of achievements: add, open-…, up-…, down-…, retire-…, restore-….

    What was typed on the page has been saved before.
    """
    pk, actor, now = version.offering_id, request.user, timezone.now()
    verb, _sep, wanted = action.partition("-")
    if verb == "add":
        return _lead(request, reverse("catalog:add_achievement", args=[pk]))
    achievement = get_object_or_404(Achievement, pk=wanted if is_uuid(wanted) else None, offering_id=pk)
    if verb == "open":
        return _lead(request, reverse("catalog:edit_achievement", args=[pk, achievement.pk]))
    if verb == "restore":
        services.restore_achievement(version, achievement, actor=actor, now=now)
    else:
        part = get_object_or_404(AchievementVersion, achievement=achievement, offering_version=version)
        if verb == "retire":
            services.retire_achievement(part, actor=actor, now=now)
        else:
            services.move_achievement(part, up=verb == "up", actor=actor, now=now)
    return redirect(reverse("catalog:edit", args=[pk]) + "?saved=1#part-achievements")


def _lead(request: HttpRequest, target: str) -> HttpResponse:
    return HttpResponseClientRedirect(target) if request.htmx else redirect(target)  # type: ignore[attr-defined]


def shown(page: EditPage, *, failed: bool) -> HttpResponse:
    """Show the page with what was typed; after a save that failed, say so to the browser too."""
    status = 422 if failed and not page.request.htmx else 200  # type: ignore[attr-defined]
    return render(page.request, page.template, page.context(), status=status)


def page_needs(page: EditPage) -> list[str]:
    """Return the fields a dean needs that are still empty."""
    return worklists.completeness(page.version).needed


@require_safe
@staff_page("catalog.edit_offering")
def skills(request: HttpRequest) -> HttpResponse:
    """Show the skills that hold the words typed so far: a part of the edit page."""
    found = search_skills(request.GET.get("skill_words", ""))
    return render(request, "authoring/_skills_found.html", {"found": found})


def _as_posted(initial: Mapping[str, Any]) -> dict[str, Any]:
    return {name: "" if value is None else value for name, value in initial.items()}
