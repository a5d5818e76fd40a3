"""The first half of a chunk: who its people are, a seed for ids and salts, places in status lists.

Committed before anything is signed, so that nothing signed is ever irrevocable. From the seed and the
places follows what each line gets, also after a crash; credentials are written once, when they are signed.
"""

import os
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from credentials.completions.rows import recipient_key
from credentials.issuing.awards import Standing, act_for, standing
from credentials.issuing.bulk import copied_value, copy_lines
from credentials.issuing.models import BatchRow, ReservedPlaces, SigningChunk
from credentials.issuing.placing import Line, Place, Share, places_of, shares_of
from credentials.issuing.states import RowAct, RowState
from credentials.minting.drawing import SEED_BYTES
from credentials.status.selectors import already_set
from credentials.status.services import take

TEMPORARY = (
    "CREATE TEMPORARY TABLE IF NOT EXISTS issuing_people_now (row_id bigint, key text) ON COMMIT DELETE ROWS"
)
PENDING = """
    SELECT id, source_id, email, achievement_version_id::text, award_key, digest, corrects_id::text, name,
        awarded_on, expires_on, result::text, narrative, evidence_url, credits, act <> 'issue' OR EXISTS (
            SELECT FROM issuing_credential AS held WHERE held.award_key = line.award_key
            AND (held.state = 'released' OR held.state = 'signed' AND held.supersedes_id IS NULL)
        )
    FROM issuing_batchrow AS line
    WHERE batch_id = %s AND state = 'pending' AND line BETWEEN %s AND %s ORDER BY line
"""
# The lines of the chunk are named to each statement: left to the ids, the server reads all rows there are.
UPSERT = """
    INSERT INTO issuing_recipient AS known
        (id, source, source_id, key, name, email, birth_mark, language, created_at)
    SELECT gen_random_uuid(), %s, source_id, key, name, email, birth_mark, '', %s FROM (
        SELECT DISTINCT ON (fresh.key) fresh.key, line.source_id, line.name, line.email, line.birth_mark
        FROM issuing_people_now AS fresh JOIN issuing_batchrow AS line ON line.id = fresh.row_id
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
KNOWN = """
    SELECT row_id, uuid_send(known.id) FROM issuing_people_now AS fresh JOIN issuing_recipient AS known USING (key)
"""


class Work(NamedTuple):
    """What a chunk has left to sign, in the order of the file; people: of each line by its id, the Recipient's.

    again: whether somebody reserved it before and did not come to sign it.
    """

    chunk_id: int
    lines: list[Line]
    places: dict[str, Place]
    people: dict[int, bytes]
    again: bool

    def doubted(self) -> "Work":
        """Return the same with each line disputed."""
        return self._replace(lines=[line._replace(disputed=True) for line in self.lines])


def reserve(chunk: SigningChunk, *, now: datetime) -> Work:
    """Reserve what the lines of a chunk need, once, and return them. Part of a transaction.

    Raises NoIssuerProfile, NoActiveKey.
    """
    again = chunk.reserved_at is not None
    with connection.cursor() as cursor:
        cursor.execute(PENDING, [chunk.batch_id, chunk.first_line, chunk.last_line])
        lines = [Line._make(values) for values in cursor.fetchall()]
    places = places_of({line.version_id for line in lines})
    people = _known(lines, chunk, now)
    if not again:
        _take_places(lines, places, chunk, now)
        chunk.seed, chunk.reserved_at = os.urandom(SEED_BYTES), now
        chunk.save(update_fields=["seed", "reserved_at"])
    return Work(chunk.pk, lines, places, people, again)


def give_back(chunk: SigningChunk) -> None:
    """Forget what was reserved for a chunk, so that it is reserved anew; the places stay unused for ever."""
    chunk.places.all().delete()
    chunk.seed = chunk.reserved_at = None
    chunk.save(update_fields=["seed", "reserved_at"])


def _take_places(lines: list[Line], places: dict[str, Place], chunk: SigningChunk, now: datetime) -> None:
    for profile, numbers in shares_of(lines, places):
        runs = take(profile, len(numbers), now=now)
        ReservedPlaces.objects.bulk_create(
            ReservedPlaces(chunk=chunk, status_list=run.status_list, first=run.first, end=run.end)
            for run in runs
        )


def _known(lines: list[Line], chunk: SigningChunk, now: datetime) -> dict[int, bytes]:
    """Know the people of some lines by what the newest says of them; return who each line is for."""
    source = chunk.batch.source
    keys = [
        f"{line.id}\t{copied_value(recipient_key(source, line.source_id, line.email))}\n".encode()
        for line in lines
    ]
    with connection.cursor() as cursor:
        cursor.execute(TEMPORARY)
        cursor.execute(
            "DELETE FROM issuing_people_now"
        )  # nearly always empty, where TRUNCATE makes files anew
        copy_lines("issuing_people_now", keys)
        cursor.execute(UPSERT, [source, now, chunk.batch_id, chunk.first_line, chunk.last_line])
        cursor.execute(KNOWN)
        return {row: bytes(person) for row, person in cursor.fetchall()}


def refuse_withdrawn(shares: Sequence[Share]) -> set[int]:
    """Refuse the lines whose status entry is set already; return their ids.

    So it is after a restore: they were signed, released and withdrawn in the time that was lost.
    """
    gone = set()
    for share in shares:
        entries = {
            (one.reserved.status_list_id, one.reserved.status_index): one.line.id for one in share.placed
        }
        gone |= {entries[entry] for entry in already_set(entries)}
    faults = [
        {
            "column": "",
            "value": "",
            "message": _("This was issued and withdrawn before the portal was restored from a backup."),
            "remedy": _("If it is to be issued again, upload this row again."),
        }
    ]
    BatchRow.objects.filter(pk__in=gone).update(state=RowState.FAILED, faults=faults)
    return gone


def settle(lines: list[Line]) -> set[int]:
    """Settle those of the disputed lines whose award was issued, or changed, since the report was read; return their ids."""
    disputed = {line.id for line in lines if line.disputed}
    if not disputed:
        return disputed
    rows = BatchRow.objects.filter(pk__in=disputed).defer("values", "faults").order_by("line")
    return disputed - {row.pk for row in _still_wanted(list(rows))}


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
