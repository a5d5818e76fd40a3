"""The first half of a chunk: recipients, status positions and credential ids, before anything is signed."""

import os
import uuid
import zoneinfo
from collections import defaultdict
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from credentials.catalog.models import AchievementVersion
from credentials.issuing.awards import Standing, act_for, standing
from credentials.issuing.bulk import copy_into
from credentials.issuing.completions import recipient_key
from credentials.issuing.models import BatchRow, Credential, IssuanceBatch, Recipient, SigningChunk
from credentials.issuing.states import CredentialState, RowAct, RowState
from credentials.keys.errors import NoIssuerProfile
from credentials.keys.models import IssuerProfile
from credentials.status.services import allocate
from institution.accounts.models import OrgUnit
from institution.accounts.services import institution_now

SALT_BYTES = 16
UPSERT = """
    INSERT INTO issuing_recipient AS known (id, source, source_id, key, name, email, language, created_at)
    SELECT given.id, %s, given.source_id, given.key, given.name, given.email, '', %s
    FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[])
        AS given(id, source_id, key, name, email)
    ON CONFLICT (key) DO UPDATE SET name = excluded.name,
        email = CASE WHEN excluded.email = '' THEN known.email ELSE excluded.email END
    WHERE known.name <> excluded.name OR (excluded.email <> '' AND known.email <> excluded.email)
"""
COLUMNS = [
    "id",
    "urn",
    "subject_urn",
    "batch_id",
    "row_id",
    "recipient_id",
    "achievement_version_id",
    "org_unit_id",
    "profile_id",
    "status_list_id",
    "status_index",
    "salt",
    "language",
    "awarded_on",
    "valid_from",
    "valid_until",
    "award_key",
    "content_digest",
    "state",
    "document",
    "supersedes_id",
    "revocation_code",
    "revocation_note",
]


def reserve(chunk: SigningChunk, *, now: datetime) -> int:
    """Reserve a credential for each pending row of a chunk; return how many. Part of a transaction.

    Rows whose award was issued since the report was read are settled here, and need none.
    """
    batch = IssuanceBatch.objects.get(pk=chunk.batch_id)
    pending = BatchRow.objects.filter(
        batch=batch, state=RowState.PENDING, line__range=(chunk.first_line, chunk.last_line)
    )
    rows = _still_wanted(list(pending.defer("values", "faults").order_by("line")))
    if not rows:
        return 0
    recipients = _recipients(batch.source, rows, now)
    versions = _versions(rows)
    by_profile: dict[IssuerProfile, list[BatchRow]] = defaultdict(list)
    profiles = _profiles(versions)
    for row in rows:
        by_profile[profiles[_unit_of(versions, row)]].append(row)
    zone = zoneinfo.ZoneInfo(institution_now().time_zone)
    valid_from = now.astimezone(UTC).replace(microsecond=0)
    for profile, own in by_profile.items():
        places = allocate(profile, len(own), now=now)
        lines = []
        for row, (status_list, index) in zip(own, places, strict=True):
            person = recipients[recipient_key(batch.source, row.source_id, row.email)]
            version = versions[row.achievement_version_id]
            facts = (batch.pk, row.pk, person, version.pk, _unit_of(versions, row), profile.pk)
            lines.append(
                (uuid.uuid4(), uuid.uuid4(), uuid.uuid4(), *facts, status_list.pk, index)
                + (os.urandom(SALT_BYTES), version.offering_version.language, row.awarded_on, valid_from)
                + (_end_of(row.expires_on, zone), row.award_key, row.digest, CredentialState.RESERVED.value)
                + ("", row.corrects_id, "", "")
            )
        copy_into(Credential._meta.db_table, COLUMNS, lines)
    return len(rows)


def _still_wanted(rows: list[BatchRow]) -> list[BatchRow]:
    """Return the rows that still ask for what the report said; settle the others."""
    known = standing([row.award_key for row in rows])
    wanted, settled = [], []
    for row in rows:
        held = known.get(row.award_key)
        if _as_reported(row, held):
            wanted.append(row)
            continue
        if act_for(held, row.digest) == RowAct.NOTHING:
            row.act, row.state = RowAct.NOTHING, RowState.NOTHING
        else:
            row.state = RowState.FAILED
            row.faults = [
                {
                    "column": "",
                    "value": "",
                    "message": _("Another batch changed this award after the report was read."),
                    "remedy": _("Upload this row again and read the new report."),
                }
            ]
        settled.append(row)
    BatchRow.objects.bulk_update(settled, ["act", "state", "faults"], batch_size=500)
    return wanted


def _as_reported(row: BatchRow, held: Standing | None) -> bool:
    if row.act == RowAct.CORRECT:
        return held is not None and held.id == row.corrects_id
    return held is None


def _recipients(source: str, rows: list[BatchRow], now: datetime) -> dict[str, UUID]:
    people: dict[str, tuple[str, str, str]] = {}
    for row in rows:
        people[recipient_key(source, row.source_id, row.email)] = (row.source_id, row.name, row.email)
    keys = sorted(people)  # everybody locks in the same order
    with connection.cursor() as cursor:
        arrays: list[list[Any]] = [[uuid.uuid4() for _key in keys], [people[key][0] for key in keys], keys]
        arrays += [[people[key][1] for key in keys], [people[key][2] for key in keys]]
        cursor.execute(UPSERT, [source, now, *arrays])
    return dict(Recipient.objects.filter(key__in=keys).values_list("key", "id"))


def _versions(rows: list[BatchRow]) -> dict[Any, AchievementVersion]:
    wanted = {row.achievement_version_id for row in rows}
    found = AchievementVersion.objects.defer("image", "document", "criteria", "description")
    return found.select_related("offering_version__offering").in_bulk(wanted)


def _unit_of(versions: dict[Any, AchievementVersion], row: BatchRow) -> UUID:
    unit: UUID = versions[row.achievement_version_id].offering_version.offering.org_unit_id
    return unit


def _profiles(versions: dict[Any, AchievementVersion]) -> dict[UUID, IssuerProfile]:
    """Return the nearest issuer profile of each unit. Raises NoIssuerProfile."""
    units = {version.offering_version.offering.org_unit_id for version in versions.values()}
    found = {}
    for unit in OrgUnit.objects.filter(pk__in=units):
        profile = IssuerProfile.objects.nearest_above(unit)
        if profile is None:
            raise NoIssuerProfile(unit=str(unit.pk))
        found[unit.pk] = profile
    return found


def _end_of(day: date | None, zone: zoneinfo.ZoneInfo) -> datetime | None:
    """Return the last second of a day in the institution's zone."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone) if day else None
