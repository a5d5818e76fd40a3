"""From a file, a roster or a partner's list to a batch whose report can be read. Nothing is issued here."""

import json
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.catalog.models import AchievementVersion, Offering
from credentials.catalog.selectors import CodeBook, achievement_in_force, achievements_by_code
from credentials.completions.columns import FIELDS
from credentials.completions.rows import Completion, Reading
from credentials.issuing.awards import act_for, standing
from credentials.issuing.bulk import blocks, copy_into, only_one
from credentials.issuing.models import BatchRow, IssuanceBatch
from credentials.issuing.states import BatchState, RowAct, RowState
from institution.accounts.authz import require
from institution.accounts.models import OrgUnit
from institution.accounts.services import institution_now
from institution.errors import InvalidInput
from institution.events.services import record
from institution.imports import services as imports
from institution.imports.models import Upload
from institution.imports.rows import Fault, Reader
from institution.imports.states import UploadState

BLOCK = 2_000
ROSTER_MAX = 500
SOURCE = "sis"
Row = tuple[int, Mapping[str, str], Sequence[Fault]]
COLUMNS = [
    "batch_id",
    "line",
    "source_id",
    "name",
    "email",
    "birth_mark",
    "achievement_version_id",
    "awarded_on",
    "expires_on",
    "result",
    "credits",
    "narrative",
    "evidence_url",
    "award_key",
    "digest",
    "act",
    "corrects_id",
    "state",
    "faults",
    "values",
]


@transaction.atomic
def batch_from_upload(
    upload: Upload, *, title: str = "", source: str = SOURCE, actor: Any, now: datetime
) -> IssuanceBatch:
    """Open a batch for a file whose columns are confirmed; `read_batch` reads its rows.

    Twice for the same upload returns the batch that is open for it. Raises NotAllowed.
    """
    require(actor, "issuing.prepare_batch", upload, now=now)
    open_states = [BatchState.READING, BatchState.DRAFT]
    known = IssuanceBatch.objects.filter(upload=upload, state__in=open_states).first()
    if known is None:
        known = _open(
            upload.org_unit,
            title or upload.file_name,
            IssuanceBatch.Origin.FILE,
            actor=actor,
            now=now,
            upload=upload,
            source=source,
        )
    elif known.state == BatchState.DRAFT:  # the columns were confirmed anew: read again
        known.state = BatchState.READING
        known.save(update_fields=["state"])
    return known


def read_batch(batch_id: UUID, *, now: datetime) -> IssuanceBatch:
    """Read every row of a batch's file into the report. Begins anew if it was cut off; twice is once.

    Writes in blocks, so that 200,000 rows need little memory and a page can show how far it is.
    """
    with only_one("issuing.read", batch_id) as mine:
        batch = IssuanceBatch.objects.select_related("upload", "org_unit", "created_by").get(pk=batch_id)
        if not mine or batch.state != BatchState.READING or batch.upload is None:
            return batch
        upload = batch.upload
        imports.begin(upload, UploadState.STAGING, now=now)
        _empty(batch)
        names = {name: upload.columns[index] for name, index in upload.mapping.items()}
        reading = Reading(batch.source, achievements_by_code(batch.org_unit), _today(now), names)
        _decide_all(batch, imports.iter_rows(upload, FIELDS), reading)
        imports.begin(upload, UploadState.PREVIEWED, now=now)
        return _close_report(batch, now)


@transaction.atomic
def batch_from_roster(
    offering: Offering,
    people: Iterable[Mapping[str, str]],
    *,
    awarded_on: date,
    achievement_id: Any = None,
    title: str = "",
    actor: Any,
    now: datetime,
) -> IssuanceBatch:
    """Open a batch that awards an offering to people: {name, email, source_id, result, narrative}.

    achievement_id: one of the offering's achievements, else its own. Faculty prepare it; the registrar reads its report and confirms. Raises NotAllowed, InvalidInput,
    OfferingNotApproved.
    """
    require(actor, "issuing.prepare_batch", offering, now=now)
    same = {"code": offering.code, "awarded_on": awarded_on.isoformat()}
    rows = [{**person, **same} for person in people]
    if not 0 < len(rows) <= ROSTER_MAX:
        raise InvalidInput({"people": _("Name at least one person, and at most 500.")})
    mine = offering.achievements.filter(pk=achievement_id).exists()
    wanted = achievement_id if mine else offering.pk
    version = achievement_in_force(wanted, org_unit=offering.org_unit, day=awarded_on)
    batch = _open(offering.org_unit, title or version.name, IssuanceBatch.Origin.ROSTER, actor=actor, now=now)
    reading = Reading(batch.source, CodeBook(), _today(now), fixed=version)
    _decide_all(batch, _typed(rows, reading), reading)
    return _close_report(batch, now)


@transaction.atomic
def batch_from_rows(
    org_unit: OrgUnit,
    rows: Iterable[Mapping[str, str]],
    *,
    title: str,
    source: str = SOURCE,
    names: Mapping[str, str] | None = None,
    actor: Any,
    now: datetime,
) -> IssuanceBatch:
    """Open a batch from rows with the fields of a file (see `columns`), as a partner's system sends them.

    Values are read as the cells of a file are. names: what the sender calls the fields, for faults.
    Raises NotAllowed.
    """
    require(actor, "issuing.prepare_batch", org_unit, now=now)
    batch = _open(org_unit, title, IssuanceBatch.Origin.API, actor=actor, now=now, source=source)
    reading = Reading(source, achievements_by_code(org_unit), _today(now), names or {})
    _decide_all(batch, _typed(rows, reading), reading)
    return _close_report(batch, now)


def _open(
    org_unit: OrgUnit, title: str, origin: str, *, actor: Any, now: datetime, **fields: Any
) -> IssuanceBatch:
    batch = IssuanceBatch.objects.create(
        org_unit=org_unit,
        title=title[:200],
        origin=origin,
        state=BatchState.READING,
        created_by=actor,
        created_at=now,
        **fields,
    )
    record("batch.created", actor=actor, target=batch, at=now, data={"origin": origin})
    return batch


def _typed(rows: Iterable[Mapping[str, str]], reading: Reading) -> Iterator[Row]:
    """Yield rows with each value checked and made canonical by its field, as the cells of a file."""
    names = [one.name for one in FIELDS]
    columns = [reading.column(name) for name in names]
    reader = Reader(FIELDS, {name: place for place, name in enumerate(names)}, columns, {})
    for line, row in enumerate(rows, start=1):
        values, faults = reader.read([str(row.get(name) or "") for name in names])
        yield line, values, faults


def _today(now: datetime) -> date:
    return timezone.localdate(now, zoneinfo.ZoneInfo(institution_now().time_zone))


def _empty(batch: IssuanceBatch) -> None:
    """Forget what an earlier reading wrote; a batch that is read has issued nothing."""
    BatchRow.objects.filter(batch=batch).delete()
    fields = ("row_count", "issue_count", "correction_count", "nothing_count", "refused_count")
    IssuanceBatch.objects.filter(pk=batch.pk).update(**dict.fromkeys(fields, 0))


def _decide_all(batch: IssuanceBatch, rows: Iterable[Row], reading: Reading) -> None:
    for block in blocks(rows, BLOCK):
        completions = [reading.read(line, values, faults) for line, values, faults in block]
        with transaction.atomic():
            _decide(batch, completions)


def _decide(batch: IssuanceBatch, completions: list[Completion]) -> None:
    """Write one block with what each row asks for, and add to the batch's figures."""
    known = standing([row.award_key for row in completions if not row.faults])
    counts = dict.fromkeys([*RowAct.values, "refused"], 0)
    lines = []
    for row in completions:
        held = known.get(row.award_key) if not row.faults else None
        act = act_for(held, row.digest)
        counts["refused" if row.faults else act] += 1
        corrects = held.id if held and act == RowAct.CORRECT else None
        lines.append(_line(batch, row, act, corrects))
    copy_into(BatchRow._meta.db_table, COLUMNS, lines)
    IssuanceBatch.objects.filter(pk=batch.pk).update(
        row_count=F("row_count") + len(completions),
        issue_count=F("issue_count") + counts[RowAct.ISSUE],
        correction_count=F("correction_count") + counts[RowAct.CORRECT],
        nothing_count=F("nothing_count") + counts[RowAct.NOTHING],
        refused_count=F("refused_count") + counts["refused"],
    )


def _line(batch: IssuanceBatch, row: Completion, act: RowAct, corrects: UUID | None) -> tuple[Any, ...]:
    version: AchievementVersion | None = row.version
    state = RowState.PENDING
    if row.faults:
        state = RowState.REFUSED
    elif act == RowAct.NOTHING:
        state = RowState.NOTHING
    return (
        batch.pk,
        row.line,
        row.source_id[:80],
        row.name[:200],
        row.email[:254],
        row.birth_mark,
        version.pk if version else None,
        row.awarded_on,
        row.expires_on,
        json.dumps(row.results),
        row.credits,
        row.narrative,
        row.evidence_url[:1000],
        row.award_key if not row.faults else "",
        row.digest if not row.faults else "",
        str(act),
        corrects,
        str(state),
        json.dumps([asdict(fault) for fault in row.faults], ensure_ascii=False, default=str),
        json.dumps(row.values, ensure_ascii=False),
    )


@transaction.atomic
def _close_report(batch: IssuanceBatch, now: datetime) -> IssuanceBatch:
    locked = (
        IssuanceBatch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("org_unit")
        .get(pk=batch.pk)
    )
    locked.state = BatchState.DRAFT
    locked.save(update_fields=["state"])
    figures = {"rows": locked.row_count, "new": locked.issue_count, "corrections": locked.correction_count}
    figures |= {"nothing": locked.nothing_count, "refused": locked.refused_count}
    record("batch.read", actor=batch.created_by, target=locked, at=now, data=figures)
    return locked
