"""Verbs of a draft: open it, write into it, hand it in, take it back."""

import uuid
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from credentials.catalog.errors import CodeTaken, EditedMeanwhile
from credentials.catalog.models import Achievement, AchievementVersion, Alignment, Offering, OfferingVersion
from credentials.catalog.pictures import PNG
from credentials.catalog.selectors.differences import Change, changes_between, parts_of, said
from credentials.catalog.services.content import (
    ACHIEVEMENT_FIELDS,
    LINKS,
    NEEDED,
    PART_NEEDED,
    VERSION_FIELDS,
    Content,
    checked,
)
from credentials.catalog.services.telling import tell_deans
from credentials.catalog.states import NEXT, VersionState
from institution.accounts.authz import require
from institution.accounts.models import OrgUnit
from institution.errors import InvalidInput, NotInThisState
from institution.events.services import record
from skills.frameworks.models import Skill

COPIED = ("name", "description", "image_type", "place")  # beside what is written field by field


@transaction.atomic
def create_offering(org_unit: OrgUnit, code: str, *, content: Content, actor: Any, now: datetime) -> Offering:
    """Open an offering with its first draft. Raises NotAllowed, InvalidInput, CodeTaken."""
    require(actor, "catalog.edit_offering", org_unit, now=now)
    code = " ".join(str(code).split())
    faults = {} if 0 < len(code) <= 40 else {"code": _("Give a code of 1 to 40 characters.")}
    faults |= {name: _("This cannot be empty.") for name in ("title", "kind") if not content.get(name)}
    if faults:
        raise InvalidInput(faults)
    clean = checked(content)
    try:
        with transaction.atomic():
            offering = Offering.objects.create(org_unit=org_unit, code=code, created_by=actor, created_at=now)
    except IntegrityError as error:
        taken = Offering.objects.get(org_unit=org_unit, code=code)
        raise CodeTaken({"code": str(CodeTaken.remedy)}, offering=str(taken.pk)) from error
    version = OfferingVersion(
        offering=offering, number=1, created_by=actor, created_at=now, edited_at=now, edited_by=actor
    )
    achieved = AchievementVersion(
        achievement=Achievement.objects.create(offering=offering), offering_version=version
    )
    _fill(version, achieved, clean)
    version.save()
    achieved.save()
    _link(version, achieved, clean)
    record("offering.created", actor=actor, target=offering, at=now, data={"version": 1})
    return offering


@transaction.atomic
def draft_offering(offering: Offering, *, actor: Any, now: datetime) -> OfferingVersion:
    """Return the open version; where there is none, open a draft as a copy of the newest one."""
    require(actor, "catalog.edit_offering", offering, now=now)
    locked = Offering.objects.select_for_update().get(pk=offering.pk)
    if locked.retired_at:
        raise NotInThisState(state=str(_("Retired")))
    newest = locked.versions.order_by("-number").first()
    if newest is None:
        raise NotInThisState(state="")
    if newest.state != VersionState.APPROVED:
        return newest
    draft = _copy(newest, actor=actor, now=now)
    record("offering.drafted", actor=actor, target=locked, at=now, data={"version": draft.number})
    return draft


@transaction.atomic
def edit_version(
    version: OfferingVersion, *, content: Content, actor: Any, now: datetime, seen: datetime | None = None
) -> OfferingVersion:
    """Write into a draft; what is not in the content stays. Nothing changed: nothing is recorded.

    seen: `edited_at` when the writer opened the draft; if somebody saved since, EditedMeanwhile is
    raised and nothing is written. Raises NotAllowed, InvalidInput, NotInThisState.
    """
    locked = lock(version)
    require(actor, "catalog.edit_offering", locked, now=now)
    if locked.state != VersionState.DRAFT:
        raise NotInThisState(state=str(locked.get_state_display()))
    clean = checked(content)
    achieved = locked.achievement_versions.select_related("achievement").get(achievement__position=1)
    before = _snapshot(locked, achieved)
    _fill(locked, achieved, clean)
    _check_unit(locked)
    changed = sorted(_changes(before, locked, achieved) | _link_changes(locked, achieved, clean))
    if not changed:
        return locked
    stop_if_saved_since(locked, seen)
    locked.edited_at, locked.edited_by = now, actor
    locked.save()
    achieved.save()
    _link(locked, achieved, clean)
    data = {"version": locked.number, "fields": changed}
    record("offering.edited", actor=actor, target=locked.offering, at=now, data=data)
    return locked


@transaction.atomic
def compare_edit(version: OfferingVersion, *, content: Content, actor: Any, now: datetime) -> list[Change]:
    """Return what saving this content would change in the draft as it stands; nothing is written."""
    stored = OfferingVersion.objects.get(pk=version.pk)
    before = said(stored)
    with transaction.atomic():
        after = said(edit_version(stored, content=content, actor=actor, now=now))
        transaction.set_rollback(True)
    return changes_between(before, after)


@transaction.atomic
def submit_offering(version: OfferingVersion, *, actor: Any, now: datetime) -> OfferingVersion:
    """Hand a draft to the dean; comments on it count as answered. Already waiting: nothing happens.

    Raises NotAllowed, NotInThisState, and InvalidInput naming what a dean needs to decide.
    """
    locked = lock(version)
    require(actor, "catalog.submit_offering", locked, now=now)
    if locked.state == VersionState.SUBMITTED:
        return locked
    step(locked, VersionState.SUBMITTED)
    _refuse_thin(locked)
    locked.submitted_by, locked.submitted_at = actor, now
    locked.save(update_fields=["state", "submitted_by", "submitted_at"])
    locked.comments.filter(resolved_at__isnull=True).update(resolved_at=now)
    data = {"version": locked.number, "version_id": str(locked.pk)}
    record("offering.submitted", actor=actor, target=locked.offering, at=now, data=data)
    tell_deans(locked, now=now)
    return locked


def _refuse_thin(version: OfferingVersion) -> None:
    """Name what a dean needs and does not find, in the offering and in each further achievement."""
    own, *further = parts_of(version)
    faults = {
        name: _("A dean needs this to decide.")
        for name in NEEDED
        if not getattr(version if name in VERSION_FIELDS else own, name)
    }
    thin = [part.name for part in further if not all(getattr(part, name) for name in PART_NEEDED)]
    if thin:
        words = _("A dean needs description, kind, criteria and basis of: %(names)s.")
        faults["achievements"] = words % {"names": ", ".join(thin)}
    if faults:
        raise InvalidInput(faults)


@transaction.atomic
def withdraw_offering(version: OfferingVersion, *, actor: Any, now: datetime) -> OfferingVersion:
    """Take a submitted version back into draft, before a dean has decided. A draft stays as it is."""
    locked = lock(version)
    require(actor, "catalog.submit_offering", locked, now=now)
    if locked.state == VersionState.DRAFT:
        return locked
    step(locked, VersionState.DRAFT)
    locked.save(update_fields=["state"])
    record("offering.withdrawn", actor=actor, target=locked.offering, at=now, data={"version": locked.number})
    return locked


def lock(version: OfferingVersion) -> OfferingVersion:
    """Return the version read anew and locked, its offering before it, always in this order."""
    Offering.objects.select_for_update(of=("self",)).get(pk=version.offering_id)
    found = OfferingVersion.objects.select_related("offering__org_unit").select_for_update(of=("self",))
    return found.get(pk=version.pk)


def step(version: OfferingVersion, state: VersionState) -> None:
    """Set a state that may follow, unsaved. Raises NotInThisState."""
    if state not in NEXT[VersionState(version.state)]:
        raise NotInThisState(state=str(version.get_state_display()))
    version.state = state


def _fill(version: OfferingVersion, achieved: AchievementVersion, clean: Content) -> None:
    """Set fields, unsaved. What is earned carries the title and description of what is taken."""
    for name, value in clean.items():
        if name in VERSION_FIELDS:
            setattr(version, name, value)
    fill_part(achieved, {name: clean[name] for name in ACHIEVEMENT_FIELDS if name in clean})
    achieved.name, achieved.description = version.title, version.description
    version.language = version.language or "en"


def fill_part(part: AchievementVersion, clean: Content) -> None:
    """Set the fields of an achievement, unsaved."""
    for name, value in clean.items():
        if name != "skills":
            setattr(part, name, value)
    if "image" in clean:
        part.image_type = PNG if clean["image"] else ""


def stop_if_saved_since(version: OfferingVersion, seen: datetime | None) -> None:
    """Raise EditedMeanwhile if a draft was saved after the writer opened it."""
    if seen is not None and seen != version.edited_at:
        raise EditedMeanwhile(edited_by=str(version.edited_by_id), edited_at=version.edited_at.isoformat())


def _check_unit(version: OfferingVersion) -> None:
    if version.credits is not None and not version.credit_unit:
        raise InvalidInput({"credit_unit": _("Say what the credits are counted in.")})


def _snapshot(version: OfferingVersion, achieved: AchievementVersion) -> Content:
    return {name: getattr(version, name) for name in VERSION_FIELDS} | {
        name: getattr(achieved, name) for name in ACHIEVEMENT_FIELDS
    }


def _changes(before: Content, version: OfferingVersion, achieved: AchievementVersion) -> set[str]:
    after = _snapshot(version, achieved)
    return {name for name, old in before.items() if alike(after[name]) != alike(old)}


def alike(value: Any) -> Any:
    """Return a value as it is compared: the bytes of a picture, however they were read."""
    return bytes(value) if isinstance(value, memoryview) else value


def skill_ids(part: AchievementVersion) -> list[str]:
    """Return the ids of an achievement's skills, in their order."""
    rows = part.alignments.order_by("position", "id").values_list("skill_id", flat=True)
    return [str(pk) for pk in rows]


def _linked(version: OfferingVersion, achieved: AchievementVersion) -> dict[str, list[str]]:
    return {
        "skills": skill_ids(achieved),
        "leads_to": sorted(str(pk) for pk in version.leads_to.values_list("pk", flat=True)),
    }


def _link_changes(version: OfferingVersion, achieved: AchievementVersion, clean: Content) -> set[str]:
    asked = {name: clean[name] for name in LINKS if name in clean}
    if not asked:
        return set()
    now_linked = _linked(version, achieved)
    asked["leads_to"] = sorted(asked.get("leads_to", now_linked["leads_to"]))
    return {name for name, ids in asked.items() if ids != now_linked[name]}


def tie_skills(part: AchievementVersion, clean: Content) -> None:
    """Set an achievement's skills, where the content names them. Raises InvalidInput."""
    if "skills" not in clean:
        return
    ids = _known(Skill, clean["skills"], "skills")
    part.alignments.exclude(skill_id__in=ids).delete()
    rows = [Alignment(achievement_version=part, skill_id=pk, position=n) for n, pk in enumerate(ids)]
    Alignment.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["achievement_version", "skill"],
        update_fields=["position"],
    )


def _link(version: OfferingVersion, achieved: AchievementVersion, clean: Content) -> None:
    """Set skills and onward offerings, where the content names them. Raises InvalidInput."""
    tie_skills(achieved, clean)
    if "leads_to" in clean:
        ids = _known(Offering, clean["leads_to"], "leads_to")
        version.leads_to.set(Offering.objects.filter(pk__in=ids).exclude(pk=version.offering_id))


def _known(model: Any, ids: list[str], field: str) -> list[uuid.UUID]:
    try:
        wanted = [uuid.UUID(pk) for pk in ids]
    except ValueError as error:
        raise InvalidInput({field: _("One of these is not known here any more.")}) from error
    known = set(model.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    if len(known) != len(wanted):
        raise InvalidInput({field: _("One of these is not known here any more.")})
    return wanted


def _copy(old: OfferingVersion, *, actor: Any, now: datetime) -> OfferingVersion:
    """Return a new draft with all that the old version says, its achievements and ties included."""
    leads_to = list(old.leads_to.all())
    parts = list(old.achievement_versions.prefetch_related("alignments").order_by("achievement__position"))
    words = {name: getattr(old, name) for name in VERSION_FIELDS}
    draft = OfferingVersion.objects.create(
        offering_id=old.offering_id,
        number=old.number + 1,
        created_by=actor,
        created_at=now,
        edited_at=now,
        edited_by=actor,
        **words,
    )
    draft.leads_to.set(leads_to)
    for part in parts:
        copy_part(part, draft)
    return draft


def copy_part(part: AchievementVersion, draft: OfferingVersion) -> AchievementVersion:
    """Give a draft an achievement as another version has it, its ties to skills included."""
    words = {name: getattr(part, name) for name in (*ACHIEVEMENT_FIELDS, *COPIED)}
    copy = AchievementVersion.objects.create(
        achievement_id=part.achievement_id, offering_version=draft, **words
    )
    Alignment.objects.bulk_create(
        Alignment(achievement_version=copy, skill_id=tie.skill_id, position=tie.position)
        for tie in part.alignments.all()
    )
    return copy
