"""The first half of a chunk: recipients, status positions and credential ids, before anything is signed.

Rows stay where they are: the server joins them with what is decided here, in three statements.
"""

import functools
import os
import zoneinfo
from collections import defaultdict
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from credentials.catalog.models import AchievementVersion
from credentials.issuing.awards import Standing, act_for, standing
from credentials.issuing.bulk import copied_value, copy_lines
from credentials.issuing.completions import recipient_key
from credentials.issuing.errors import CountsDisagree
from credentials.issuing.models import BatchRow, IssuanceBatch, SigningChunk
from credentials.issuing.states import RowAct, RowState
from credentials.keys.errors import NoIssuerProfile
from credentials.keys.models import IssuerProfile
from credentials.status.services import allocate
from institution.accounts.models import OrgUnit
from institution.accounts.services import institution_now

SALT_BYTES = 16
TEMPORARY = """
    CREATE TEMPORARY TABLE IF NOT EXISTS issuing_reserving_now (
        row_id bigint, key text, org_unit_id uuid, profile_id uuid, status_list_id uuid, status_index int,
        id uuid, urn uuid, subject_urn uuid, salt bytea, language text, valid_until timestamptz
    ) ON COMMIT DELETE ROWS
"""
PENDING = """
    SELECT id, source_id, email, achievement_version_id::text, expires_on, award_key, act FROM issuing_batchrow
    WHERE batch_id = %s AND state = 'pending' AND line BETWEEN %s AND %s ORDER BY line
"""
# The lines of the chunk are named to each statement: left to the ids, the server reads all rows there are.
UPSERT = """
    INSERT INTO issuing_recipient AS known
        (id, source, source_id, key, name, email, birth_mark, language, created_at)
    SELECT gen_random_uuid(), %s, source_id, key, name, email, birth_mark, '', %s FROM (
        SELECT DISTINCT ON (fresh.key) fresh.key, line.source_id, line.name, line.email, line.birth_mark
        FROM issuing_reserving_now AS fresh JOIN issuing_batchrow AS line ON line.id = fresh.row_id
        WHERE line.batch_id = %s AND line.line BETWEEN %s AND %s
        ORDER BY fresh.key, line.line DESC
    ) AS given
    WHERE given.birth_mark <> '' OR NOT EXISTS (
        SELECT FROM issuing_recipient AS same
        WHERE same.key = given.key AND same.name = given.name AND given.email IN ('', same.email)
    )
    ORDER BY key  -- everybody locks in the same order
    ON CONFLICT (key) DO UPDATE SET name = excluded.name,
        email = CASE WHEN excluded.email = '' THEN known.email ELSE excluded.email END,
        birth_mark = CASE WHEN excluded.birth_mark = '' THEN known.birth_mark ELSE excluded.birth_mark END
    WHERE known.name <> excluded.name OR (excluded.email <> '' AND known.email <> excluded.email)
        OR excluded.birth_mark <> ''
"""
RESERVE = """
    INSERT INTO issuing_credential (id, urn, subject_urn, batch_id, row_id, recipient_id,
        achievement_version_id, org_unit_id, profile_id, status_list_id, status_index, salt, language,
        awarded_on, valid_from, valid_until, award_key, content_digest, state, document, supersedes_id,
        revocation_code, revocation_note)
    SELECT fresh.id, fresh.urn, fresh.subject_urn, line.batch_id, line.id, known.id,
        line.achievement_version_id, fresh.org_unit_id, fresh.profile_id, fresh.status_list_id,
        fresh.status_index, fresh.salt, fresh.language, line.awarded_on, %s, fresh.valid_until,
        line.award_key, line.digest, 'reserved', '', line.corrects_id, '', ''
    FROM issuing_reserving_now AS fresh
    JOIN issuing_batchrow AS line ON line.id = fresh.row_id
    JOIN issuing_recipient AS known ON known.key = fresh.key
    WHERE line.batch_id = %s AND line.line BETWEEN %s AND %s
    ORDER BY line.line
"""


class Line(NamedTuple):
    """What of a row decides where its credential is reserved."""

    id: int
    source_id: str
    email: str
    version_id: str
    expires_on: date | None


class Place(NamedTuple):
    """In whose name a version's credentials are signed, for which unit, and in which language."""

    profile: IssuerProfile
    issuer: str  # the profile's id
    unit: str
    language: str


def reserve(chunk: SigningChunk, *, now: datetime) -> int:
    """Reserve a credential for each pending row of a chunk; return how many. Part of a transaction.

    Rows whose award was issued since the report was read are settled here, and need none.
    """
    batch = IssuanceBatch.objects.get(pk=chunk.batch_id)
    lines = _pending(chunk)
    if not lines:
        return 0
    zone = zoneinfo.ZoneInfo(institution_now().time_zone)
    fresh: list[bytes] = []
    places = places_of({line.version_id for line in lines})
    by_issuer: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_issuer[places[line.version_id].issuer].append(line)
    for own in by_issuer.values():
        positions = allocate(places[own[0].version_id].profile, len(own), now=now)
        lists = {id(status_list): str(status_list.pk) for status_list, _index in positions}
        for line, (status_list, index) in zip(own, positions, strict=True):
            place = places[line.version_id]
            key = copied_value(recipient_key(batch.source, line.source_id, line.email))
            where = f"{place.unit}\t{place.issuer}\t{lists[id(status_list)]}\t{index}"
            end = copied_value(end_of(line.expires_on, zone))
            fresh.append(f"{line.id}\t{key}\t{where}\t{_drawn()}\t{place.language}\t{end}\n".encode())
    _write(fresh, chunk, batch.source, now)
    return len(lines)


def _drawn() -> str:
    """Return three UUIDs of version 4 and a salt for COPY, drawn at once: a server may take 3 us for each UUID."""
    drawn = os.urandom(48 + SALT_BYTES).hex()
    first, second, third = (
        f"{one[:12]}4{one[13:16]}{'89ab'[int(one[16], 16) % 4]}{one[17:]}"
        for one in (drawn[:32], drawn[32:64], drawn[64:96])
    )
    return f"{first}\t{second}\t{third}\t\\\\x{drawn[96:]}"


def _write(fresh: list[bytes], chunk: SigningChunk, source: str, now: datetime) -> None:
    lines: tuple[Any, ...] = (chunk.batch_id, chunk.first_line, chunk.last_line)
    with connection.cursor() as cursor:
        cursor.execute(TEMPORARY)
        cursor.execute(
            "DELETE FROM issuing_reserving_now"
        )  # nearly always empty, where TRUNCATE makes files anew
        copy_lines("issuing_reserving_now", fresh)
        cursor.execute(UPSERT, [source, now, *lines])
        cursor.execute(RESERVE, [now.astimezone(UTC).replace(microsecond=0), *lines])
        if cursor.rowcount != len(fresh):
            raise CountsDisagree(reserved=cursor.rowcount, rows=len(fresh))


def _pending(chunk: SigningChunk) -> list[Line]:
    """Return the rows of a chunk that still ask for what the report said; settle the others."""
    with connection.cursor() as cursor:
        cursor.execute(PENDING, [chunk.batch_id, chunk.first_line, chunk.last_line])
        found = cursor.fetchall()
    held = standing([values[5] for values in found])
    disputed = [values[0] for values in found if values[5] in held or values[6] != RowAct.ISSUE]
    lines = [Line._make(values[:5]) for values in found]
    if not disputed:
        return lines
    rows = BatchRow.objects.filter(pk__in=disputed).defer("values", "faults").order_by("line")
    unwanted = set(disputed) - {row.pk for row in _still_wanted(list(rows))}
    return [line for line in lines if line.id not in unwanted]


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


def places_of(version_ids: set[str]) -> dict[str, Place]:
    """Return the place of each version, by its id as text. Raises NoIssuerProfile."""
    versions = AchievementVersion.objects.filter(pk__in=version_ids).values_list(
        "pk", "offering_version__offering__org_unit", "offering_version__language"
    )
    found = list(versions)
    profiles = {}
    for unit in OrgUnit.objects.filter(pk__in={unit for _version, unit, _language in found}):
        profile = IssuerProfile.objects.nearest_above(unit)
        if profile is None:
            raise NoIssuerProfile(unit=str(unit.pk))
        profiles[unit.pk] = profile
    return {
        str(version): Place(profiles[unit], str(profiles[unit].pk), str(unit), copied_value(language))
        for version, unit, language in found
    }


@functools.lru_cache(maxsize=256)
def end_of(day: date | None, zone: zoneinfo.ZoneInfo) -> str | None:
    """Return the last second of a day in the institution's zone."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone).isoformat() if day else None
