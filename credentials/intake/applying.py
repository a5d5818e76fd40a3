"""Take confirmed rows into the catalogue, a chunk at a time, each chunk with one event."""

import uuid
from collections.abc import Container, Sequence
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q, QuerySet

from credentials.catalog.models import (
    Achievement,
    AchievementVersion,
    Alignment,
    Offering,
    OfferingVersion,
)
from credentials.catalog.services.content import ACHIEVEMENT_FIELDS, VERSION_FIELDS
from credentials.catalog.states import Kind, VersionState
from credentials.intake import content as contents
from credentials.intake.staging import NONCREDIT
from credentials.intake.units import UnitFinder, names_of
from institution.events.services import record
from institution.imports import copying
from institution.imports.models import StagedRow, Upload
from institution.imports.states import RowOutcome

CHUNK = 1_000


def coming_in(upload: Upload) -> QuerySet[StagedRow]:
    """Return the rows that come in: new, changed, or odd and confirmed."""
    wanted = Q(outcome__in=[RowOutcome.ADDED, RowOutcome.CHANGED]) | Q(
        outcome=RowOutcome.ASKED, confirmed=True
    )
    return upload.rows.filter(wanted)


@transaction.atomic
def apply_chunk(upload: Upload, *, actor: Any, now: datetime) -> int:
    """Take over the next rows that are not yet; return how many were looked at, 0 when none is left.

    Safe beside another worker and safe to repeat: a row is locked, done once and marked. Writes drafts
    only; approved versions stay as they are.
    """
    rows = list(
        coming_in(upload)
        .filter(applied_at__isnull=True)
        .select_for_update(skip_locked=True)
        .order_by("id")[:CHUNK]
    )
    if not rows:
        return 0
    finder = UnitFinder(upload.org_unit)
    new: list[tuple[Any, str, dict[str, Any]]] = []
    edits: list[tuple[contents.Present, dict[str, Any]]] = []
    places = [
        (row, finder.find(names_of(row.values)), contents.code_of(row.values, upload.answers)) for row in rows
    ]
    codes = [code for _row, unit, code in places if unit]
    present = contents.load(upload.org_unit, codes)
    for row, unit, code in places:
        if unit is None:
            continue  # its unit was not confirmed
        content = contents.said(row.values)
        there = present.get((unit.pk, code))
        if there is None:
            new.append((unit.pk, code, _whole(row, content, upload)))
        elif not there.retired and contents.changes(there, content):
            edits.append((there, content))
    _create(new, actor=actor, now=now)
    changed = _edit(edits, upload, actor=actor, now=now)
    upload.rows.filter(pk__in=[row.pk for row in rows]).update(applied_at=now)
    Upload.objects.filter(pk=upload.pk).update(touched_at=now)
    if new or changed:
        data = {"added": len(new), "changed": changed, "first_line": rows[0].line, "last_line": rows[-1].line}
        record("offerings.imported", actor=actor, target=upload, at=now, unit=upload.org_unit, data=data)
    return len(rows)


def _whole(row: StagedRow, content: dict[str, Any], upload: Upload) -> dict[str, Any]:
    whole = contents.completed(content, upload.answers)
    if row.question and upload.notes.get("decisions", {}).get(row.question) == NONCREDIT:
        whole["kind"] = Kind.NONCREDIT
    return whole


def _create(new: Sequence[tuple[Any, str, dict[str, Any]]], *, actor: Any, now: datetime) -> None:
    """Create offerings with a first draft each, by one COPY for each table."""
    if not new:
        return
    ids = [(uuid.uuid4(), uuid.uuid4(), uuid.uuid4()) for _row in new]
    made = {"created_by_id": actor.pk, "created_at": now}
    copying.insert(
        Offering,
        (
            {"id": offering, "org_unit_id": unit_id, "code": code}
            for (offering, _version, _achievement), (unit_id, code, _content) in zip(ids, new, strict=True)
        ),
        made,
    )
    copying.insert(
        OfferingVersion,
        (
            {"id": version, "offering_id": offering, **_of(VERSION_FIELDS, content)}
            for (offering, version, _achievement), (_unit, _code, content) in zip(ids, new, strict=True)
        ),
        made | {"number": 1, "edited_at": now, "edited_by_id": actor.pk},
    )
    copying.insert(
        Achievement,
        ({"id": achievement, "offering_id": offering} for offering, _version, achievement in ids),
        {},
    )
    copying.insert(
        AchievementVersion,
        (
            _earned(content) | {"achievement_id": achievement, "offering_version_id": version}
            for (_offering, version, achievement), (_unit, _code, content) in zip(ids, new, strict=True)
        ),
        {},
    )


def _earned(content: dict[str, Any]) -> dict[str, Any]:
    """Return what the own achievement says: the offering's title and description, and its own fields."""
    own = {"name": content["title"], "description": content.get("description", "")}
    return own | _of(ACHIEVEMENT_FIELDS, content)


def _of(names: Container[str], content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name in names}


def _fill(version: OfferingVersion, part: AchievementVersion, content: dict[str, Any]) -> None:
    for name, value in content.items():
        setattr(version if name in VERSION_FIELDS else part, name, value)
    part.name, part.description = version.title, version.description


def _edit(
    edits: Sequence[tuple[contents.Present, dict[str, Any]]], upload: Upload, *, actor: Any, now: datetime
) -> int:
    """Write changed fields into drafts, opening a draft where the newest version is approved."""
    ids = [there.version_id for there, _content in edits]
    found = OfferingVersion.objects.select_for_update(of=("self",)).in_bulk(ids)
    parts: dict[uuid.UUID, list[AchievementVersion]] = {}
    for part in AchievementVersion.objects.filter(offering_version__in=ids).select_related("achievement"):
        parts.setdefault(part.offering_version_id, []).append(part)
    opened = _open_drafts(
        [version for version in found.values() if version.state == VersionState.APPROVED], parts, actor, now
    )
    versions, mains = [], []
    for there, content in edits:
        version = opened.get(there.version_id, found[there.version_id])
        if version.state != VersionState.DRAFT:
            continue  # handed in since the preview
        main = next(part for part in parts[version.pk] if part.achievement.position == 1)
        if content.get("credits") is not None and not version.credit_unit:
            content.setdefault("credit_unit", upload.answers.get("credit_unit", ""))
        version.edited_at, version.edited_by = now, actor
        _fill(version, main, content)
        versions.append(version)
        mains.append(main)
    _rewrite(OfferingVersion, [*VERSION_FIELDS, "edited_at", "edited_by"], versions)
    words = [name for name in ACHIEVEMENT_FIELDS if name != "image"]
    _rewrite(AchievementVersion, ["name", "description", *words], mains)
    return len(versions)


def _rewrite(model: type[models.Model], names: list[str], rows: list[Any]) -> None:
    if rows:
        fields: list[Any] = [model._meta.get_field(name) for name in names]
        attributes = [one.attname for one in fields]
        said = ({"pk": row.pk, **{name: getattr(row, name) for name in attributes}} for row in rows)
        copying.update(model, names, said)


def _open_drafts(
    approved: list[OfferingVersion],
    parts: dict[uuid.UUID, list[AchievementVersion]],
    actor: Any,
    now: datetime,
) -> dict[uuid.UUID, OfferingVersion]:
    """Return {approved version id: new draft that says the same}, its parts and ties copied too."""
    drafts: dict[uuid.UUID, OfferingVersion] = {}
    copies: dict[uuid.UUID, AchievementVersion] = {}
    for old in approved:
        words = {name: getattr(old, name) for name in VERSION_FIELDS}
        draft = OfferingVersion(
            offering_id=old.offering_id, number=old.number + 1, created_by=actor, created_at=now,
            edited_at=now, edited_by=actor, **words,
        )  # fmt: skip
        drafts[old.pk], parts[draft.pk] = draft, []
        for part in parts[old.pk]:
            words = {name: getattr(part, name) for name in ACHIEVEMENT_FIELDS}
            copy = AchievementVersion(
                achievement=part.achievement, offering_version=draft, name=part.name,
                description=part.description, image_type=part.image_type, place=part.place, **words,
            )  # fmt: skip
            copies[part.pk] = copy
            parts[draft.pk].append(copy)
    OfferingVersion.objects.bulk_create(drafts.values(), batch_size=CHUNK)
    AchievementVersion.objects.bulk_create(copies.values(), batch_size=CHUNK)
    _copy_ties(drafts, copies)
    return drafts


def _copy_ties(drafts: dict[uuid.UUID, OfferingVersion], copies: dict[uuid.UUID, AchievementVersion]) -> None:
    """Give new drafts the skills and the onward offerings of the versions they copy."""
    ties = Alignment.objects.filter(achievement_version__in=list(copies))
    Alignment.objects.bulk_create(
        Alignment(
            achievement_version=copies[tie.achievement_version_id],
            skill_id=tie.skill_id,
            position=tie.position,
        )
        for tie in ties
    )
    onward = OfferingVersion.leads_to.through
    links = onward.objects.filter(offeringversion__in=list(drafts)).values_list(
        "offeringversion_id", "offering_id"
    )
    onward.objects.bulk_create(
        onward(offeringversion_id=drafts[version_id].pk, offering_id=offering_id)
        for version_id, offering_id in links
    )
