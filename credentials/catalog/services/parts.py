"""Verbs of the achievements beside an offering's own: add, write, order, retire, bring back.

An offering has any number of achievements (decisions 5). The own one is written by `edit_version`;
these are the others. All of it happens in a draft, and freezes with it.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from credentials.catalog.models import Achievement, AchievementVersion, Offering, OfferingVersion
from credentials.catalog.selectors.differences import Change, changes_between, parts_of, said
from credentials.catalog.services.content import ACHIEVEMENT_FIELDS, Content, checked_part
from credentials.catalog.services.drafting import (
    alike,
    copy_part,
    fill_part,
    lock,
    skill_ids,
    stop_if_saved_since,
    tie_skills,
)
from credentials.catalog.states import VersionState
from institution.accounts.authz import require
from institution.errors import InvalidInput, NotInThisState
from institution.events.services import record

MOST = 12  # achievements of one offering


@transaction.atomic
def add_achievement(
    version: OfferingVersion, *, content: Content, actor: Any, now: datetime
) -> AchievementVersion:
    """Give a draft a further achievement; its code is what completions name. Raises NotAllowed,
    InvalidInput, NotInThisState."""
    locked = _draft(version, actor=actor, now=now)
    clean = checked_part(content)
    faults = {name: _("This cannot be empty.") for name in ("name", "code") if not clean.get(name)}
    present = parts_of(locked)
    if len(present) >= MOST:
        faults["name"] = _("At most %(most)s achievements stand in one offering.") % {"most": MOST}
    if faults:
        raise InvalidInput(faults)
    _refuse_taken(clean["code"], locked.offering)
    rows = Achievement.objects.filter(offering=locked.offering)
    position = (rows.aggregate(top=Max("position"))["top"] or 0) + 1
    achievement = Achievement.objects.create(
        offering=locked.offering, position=position, code=clean.pop("code")
    )
    part = AchievementVersion(achievement=achievement, offering_version=locked)
    part.place = max(one.place for one in present) + 1
    fill_part(part, clean)
    part.save()
    tie_skills(part, clean)
    _saved(locked, "achievement.added", part, actor=actor, now=now)
    return part


@transaction.atomic
def edit_achievement(
    part: AchievementVersion, *, content: Content, actor: Any, now: datetime, seen: datetime | None = None
) -> AchievementVersion:
    """Write into a further achievement of a draft; what is not in the content stays.

    A code that stands in the catalogue already is not changed: completions name it. seen: as in
    `edit_version`. Raises NotAllowed, InvalidInput, NotInThisState, EditedMeanwhile.
    """
    locked = _draft(part.offering_version, actor=actor, now=now)
    fresh = _further(locked, part.achievement_id)
    clean = checked_part(content)
    before = _snapshot(fresh)
    code = clean.pop("code", fresh.achievement.code)
    if code != fresh.achievement.code:
        _rename(fresh.achievement, code)
    fill_part(fresh, clean)
    if _snapshot(fresh) == before and clean.get("skills", before["skills"]) == before["skills"]:
        return fresh
    stop_if_saved_since(locked, seen)
    fresh.save()
    tie_skills(fresh, clean)
    _saved(locked, "achievement.edited", fresh, actor=actor, now=now)
    return fresh


@transaction.atomic
def compare_achievement(
    part: AchievementVersion, *, content: Content, actor: Any, now: datetime
) -> list[Change]:
    """Return what saving this content would change in the draft as it stands; nothing is written."""
    before = said(OfferingVersion.objects.get(pk=part.offering_version_id))
    with transaction.atomic():
        edit_achievement(part, content=content, actor=actor, now=now)
        after = said(OfferingVersion.objects.get(pk=part.offering_version_id))
        transaction.set_rollback(True)
    return changes_between(before, after)


@transaction.atomic
def move_achievement(part: AchievementVersion, *, up: bool, actor: Any, now: datetime) -> None:
    """Change places with the neighbor above or below. The offering's own stays first; at an end, nothing."""
    locked = _draft(part.offering_version, actor=actor, now=now)
    further = parts_of(locked)[1:]
    index = next((n for n, one in enumerate(further) if one.achievement_id == part.achievement_id), None)
    other = None if index is None else index - 1 if up else index + 1
    if index is None or other is None or not 0 <= other < len(further):
        return
    further[index], further[other] = further[other], further[index]
    for place, one in enumerate(further, 2):
        one.place = place
    AchievementVersion.objects.bulk_update(further, ["place"])
    _saved(locked, "achievements.ordered", further[other], actor=actor, now=now)


@transaction.atomic
def retire_achievement(part: AchievementVersion, *, actor: Any, now: datetime) -> None:
    """Take a further achievement out of the draft: once approved, it is no longer given.

    Credentials already issued stay, and so do its earlier versions. One never approved is forgotten.
    """
    locked = _draft(part.offering_version, actor=actor, now=now)
    fresh = _further(locked, part.achievement_id)
    achievement = fresh.achievement
    fresh.delete()
    if not achievement.versions.exists():
        achievement.delete()
    _saved(locked, "achievement.retired", fresh, actor=actor, now=now)


@transaction.atomic
def restore_achievement(
    version: OfferingVersion, achievement: Achievement, *, actor: Any, now: datetime
) -> AchievementVersion:
    """Bring a retired achievement back into the draft as it was last; there already, it stays as it is."""
    locked = _draft(version, actor=actor, now=now)
    present = parts_of(locked)
    here = next((one for one in present if one.achievement_id == achievement.pk), None)
    if here is not None:
        return here
    rows = AchievementVersion.objects.filter(achievement=achievement, achievement__offering=locked.offering)
    last = rows.exclude(document="").order_by("-offering_version__number").first()
    if last is None:
        raise InvalidInput({"achievement": _("There is no earlier version to bring back.")})
    copy = copy_part(last, locked)
    copy.place = max(one.place for one in present) + 1
    copy.save(update_fields=["place"])
    _saved(locked, "achievement.restored", copy, actor=actor, now=now)
    return copy


def _draft(version: OfferingVersion, *, actor: Any, now: datetime) -> OfferingVersion:
    locked = lock(version)
    require(actor, "catalog.edit_offering", locked, now=now)
    if locked.state != VersionState.DRAFT:
        raise NotInThisState(state=str(locked.get_state_display()))
    return locked


def _further(version: OfferingVersion, achievement_id: Any) -> AchievementVersion:
    rows = AchievementVersion.objects.select_related("achievement", "offering_version")
    found = rows.filter(offering_version=version, achievement_id=achievement_id).first()
    if found is None or found.achievement.position == 1:
        raise InvalidInput({"achievement": _("This draft has no such further achievement.")})
    return found


def _refuse_taken(code: str, offering: Offering, but: Achievement | None = None) -> None:
    """Refuse a code by which a completion could mean something else of the same unit."""
    same_unit = Q(offering__org_unit_id=offering.org_unit_id, code__iexact=code)
    taken = Achievement.objects.filter(same_unit).exclude(pk__in=[but.pk] if but else []).exists()
    unit_offerings = Offering.objects.filter(org_unit_id=offering.org_unit_id, code__iexact=code)
    if taken or unit_offerings.exists():
        raise InvalidInput({"code": _("This unit uses that code already. Choose another.")})


def _rename(achievement: Achievement, code: str) -> None:
    if achievement.versions.exclude(document="").exists():
        raise InvalidInput({"code": _("This code is in the catalog; completions name it. It stays.")})
    _refuse_taken(code, achievement.offering, but=achievement)
    achievement.code = code
    achievement.save(update_fields=["code"])


def _snapshot(part: AchievementVersion) -> dict[str, Any]:
    names = ("name", "description", *ACHIEVEMENT_FIELDS)
    return {name: alike(getattr(part, name)) for name in names} | {
        "skills": skill_ids(part),
        "code": part.achievement.code,
    }


def _saved(
    version: OfferingVersion, kind: str, part: AchievementVersion, *, actor: Any, now: datetime
) -> None:
    version.edited_at, version.edited_by = now, actor
    version.save(update_fields=["edited_at", "edited_by"])
    data = {"version": version.number, "name": part.name}
    record(kind, actor=actor, target=version.offering, at=now, data=data)
