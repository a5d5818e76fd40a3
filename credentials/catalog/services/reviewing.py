"""Verbs of the dean: return with reasons, approve and freeze, approve several, retire, restore."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from credentials.catalog.models import (
    Achievement,
    AchievementVersion,
    Offering,
    OfferingVersion,
    ReviewComment,
    ReviewDecision,
)
from credentials.catalog.published import build_document
from credentials.catalog.selectors.differences import AT
from credentials.catalog.services.content import ACHIEVEMENT_FIELDS, LINKS, PART_FIELDS, VERSION_FIELDS
from credentials.catalog.services.drafting import lock, step
from credentials.catalog.services.second_person import require_second_person
from credentials.catalog.services.telling import tell_writer
from credentials.catalog.states import VersionState
from credentials.documents.text import clean_text
from institution.accounts.authz import require
from institution.accounts.services import institution_now
from institution.errors import InvalidInput, NotInThisState
from institution.events.services import record

Outcome = ReviewDecision.Outcome
FIELDS = {*VERSION_FIELDS, *ACHIEVEMENT_FIELDS, *LINKS, "achievements"}


@transaction.atomic
def return_offering(
    version: OfferingVersion, *, rationale: str, comments: dict[str, str], actor: Any, now: datetime
) -> OfferingVersion:
    """Give a submitted version back to its writers, with a reason and comments by field.

    Returned already: nothing happens. Raises NotAllowed, InvalidInput, NotInThisState.
    """
    locked = lock(version)
    require(actor, "catalog.approve_offering", locked, now=now)
    if locked.state == VersionState.DRAFT and _last_outcome(locked) == Outcome.RETURNED:
        return locked
    step(locked, VersionState.DRAFT)
    rationale = clean_text(rationale.strip()).suggestion
    said = {field: clean_text(text.strip()).suggestion for field, text in comments.items() if text.strip()}
    faults = {} if rationale else {"rationale": _("Say why, so that the writers know what to change.")}
    faults |= {field: _("There is no such field.") for field in said if not _is_field(locked, field)}
    if faults:
        raise InvalidInput(faults)
    locked.save(update_fields=["state"])
    ReviewComment.objects.bulk_create(
        ReviewComment(version=locked, field=field, text=text, author=actor, at=now)
        for field, text in said.items()
    )
    _decide(locked, Outcome.RETURNED, rationale, actor=actor, now=now)
    data = {"version": locked.number, "version_id": str(locked.pk), "fields": sorted(said)}
    record("offering.returned", actor=actor, target=locked.offering, at=now, data=data)
    tell_writer(locked, "catalog.returned", now=now)
    return locked


@transaction.atomic
def approve_offering(
    version: OfferingVersion,
    *,
    rationale: str = "",
    effective_on: date | None = None,
    actor: Any,
    now: datetime,
) -> OfferingVersion:
    """Freeze a submitted version, publish its achievements, and make it the current one.

    effective_on: awards from this date on take this version; else today at the institution. The CTID
    is minted with the first approval and kept. Approved already: nothing happens.
    Raises NotAllowed, OwnSubmission, NotInThisState, InvalidInput, CannotBePublished.
    """
    locked = lock(version)
    require(actor, "catalog.approve_offering", locked, now=now)
    if locked.state == VersionState.APPROVED:
        return locked
    alone = require_second_person(locked, actor, now=now)
    step(locked, VersionState.APPROVED)
    if locked.offering.retired_at:
        raise NotInThisState(state=str(_("Retired")))
    locked.effective_on = _effective(locked, effective_on or _today(now))
    _mint(locked.offering)
    _freeze(locked)
    locked.approved_by, locked.approved_at = actor, now
    locked.save(update_fields=["state", "approved_by", "approved_at", "effective_on"])
    locked.comments.filter(resolved_at__isnull=True).update(resolved_at=now)
    offering = locked.offering
    offering.current_version, offering.changed_at = locked, now
    offering.save(update_fields=["current_version", "changed_at", "ctid"])
    _decide(locked, Outcome.APPROVED, clean_text(rationale.strip()).suggestion, actor=actor, now=now)
    data = {"version": locked.number, "version_id": str(locked.pk)} | ({"own": True} if alone else {})
    record("offering.approved", actor=actor, target=offering, at=now, data=data)
    tell_writer(locked, "catalog.approved", now=now)
    return locked


@transaction.atomic
def approve_many(
    versions: Iterable[OfferingVersion], *, rationale: str, actor: Any, now: datetime
) -> list[OfferingVersion]:
    """Approve several with one reason: all of them, or none if one cannot be approved."""
    if not rationale.strip():
        raise InvalidInput({"rationale": _("Say once why these are approved.")})
    ordered = sorted(versions, key=lambda version: version.offering_id)  # one order of locks for everyone
    return [approve_offering(version, rationale=rationale, actor=actor, now=now) for version in ordered]


@transaction.atomic
def retire_offering(offering: Offering, *, rationale: str, actor: Any, now: datetime) -> Offering:
    """Take an offering out of the catalogue; what was issued stays. Retired already: nothing happens.

    An open draft stays a draft, and can go on once the offering is restored.
    """
    locked = _lock_offering(offering)
    require(actor, "catalog.retire_offering", locked, now=now)
    if locked.retired_at:
        return locked
    if not rationale.strip():
        raise InvalidInput({"rationale": _("Say why, so that the next person knows.")})
    newest = locked.versions.order_by("-number").first()
    if newest:
        if newest.state == VersionState.SUBMITTED:
            raise NotInThisState(state=str(newest.get_state_display()))
        _decide(newest, Outcome.RETIRED, clean_text(rationale.strip()).suggestion, actor=actor, now=now)
    locked.retired_at = locked.changed_at = now
    locked.save(update_fields=["retired_at", "changed_at"])
    record("offering.retired", actor=actor, target=locked, at=now)
    return locked


@transaction.atomic
def restore_offering(offering: Offering, *, actor: Any, now: datetime) -> Offering:
    """Bring a retired offering back as it was. Not retired: nothing happens."""
    locked = _lock_offering(offering)
    require(actor, "catalog.retire_offering", locked, now=now)
    if locked.retired_at:
        locked.retired_at, locked.changed_at = None, now
        locked.save(update_fields=["retired_at", "changed_at"])
        record("offering.restored", actor=actor, target=locked, at=now)
    return locked


def _is_field(version: OfferingVersion, field: str) -> bool:
    """Say whether somebody may comment on this: a field, or `field@position` of a further achievement."""
    name, _at, position = field.partition(AT)
    if not position:
        return name in FIELDS
    places = Achievement.objects.filter(offering=version.offering_id).values_list("position", flat=True)
    return name in (ACHIEVEMENT_FIELDS.keys() | PART_FIELDS.keys() | {"skills"}) and position in map(
        str, places
    )


def _lock_offering(offering: Offering) -> Offering:
    found = Offering.objects.select_related("org_unit").select_for_update(of=("self",))
    return found.get(pk=offering.pk)


def _today(now: datetime) -> date:
    return now.astimezone(ZoneInfo(institution_now().time_zone)).date()


def _effective(version: OfferingVersion, day: date) -> date:
    """Return the day; refuse one before the version it follows, which would never come into force."""
    current = version.offering.current_version
    if current and current.effective_on and day < current.effective_on:
        raise InvalidInput({"effective_on": _("This is before the date of the version it replaces.")})
    return day


def _mint(offering: Offering) -> None:
    """Give the offering and its achievements their CTIDs, once (CTDL: `ce-` and a UUID in lower case)."""
    offering.ctid = offering.ctid or f"ce-{uuid.uuid4()}"
    for achievement in Achievement.objects.filter(offering=offering, ctid=""):
        achievement.ctid = f"ce-{uuid.uuid4()}"
        achievement.save(update_fields=["ctid"])


def _freeze(version: OfferingVersion) -> None:
    rows = AchievementVersion.objects.filter(offering_version=version)
    for achieved in rows.select_related("achievement", "offering_version__offering"):
        achieved.document = build_document(achieved)
        achieved.save(update_fields=["document"])


def _decide(version: OfferingVersion, outcome: str, rationale: str, *, actor: Any, now: datetime) -> None:
    ReviewDecision.objects.create(
        version=version, outcome=outcome, rationale=rationale, decided_by=actor, decided_at=now
    )


def _last_outcome(version: OfferingVersion) -> str:
    said = version.decisions.exclude(outcome=Outcome.RETIRED).order_by("-decided_at", "-id")
    last = said.values_list("outcome", flat=True).first()
    return last or ""
