"""Verbs of uploads: read, say which column is what, stage, decide, apply, forget.

The room whose rows they are has asked for the permission before it calls any of these.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from institution.errors import InvalidInput, NotInThisState
from institution.imports import mapping as mappings
from institution.imports import rows, tables
from institution.imports.errors import UnreadableFile
from institution.imports.fields import Field, Question
from institution.imports.models import ColumnMapping, StagedRow, Upload
from institution.imports.reading import iter_rows, kept_bytes, raw_rows
from institution.imports.states import NEXT, RowOutcome, UploadState

KEEP = timedelta(days=30)  # how long the bytes of a file and its rows stay
CHUNK = 2_000
BIG_TEXT, BIG_BOOK = 512 * 1024, 128 * 1024  # bytes of a text, and of a workbook, read by a worker
MARKS = {"\t": "tab"}
__all__ = [
    "abandon",
    "answer_group",
    "begin",
    "confirm_mapping",
    "finish",
    "forget_old",
    "iter_rows",
    "note",
    "raw_rows",
    "read_kept",
    "read_upload",
    "reread",
    "stage",
]


def read_upload(
    file: Any,
    *,
    kind: str,
    org_unit: Any,
    actor: Any,
    now: datetime,
    fields: Sequence[Field] = (),
    at_once: bool = True,
) -> Upload:
    """Keep an uploaded file and return it with its header found. Raises UnreadableFile with a remedy.

    file: a Django UploadedFile or bytes with a name. fields: help to find the header's line. at_once:
    False leaves a big file in READING, for a worker that calls `read_kept`; what no table can be is
    refused at once all the same.
    """
    if getattr(file, "size", 0) > settings.MAX_IMPORT_BYTES:
        raise UnreadableFile(_too_large())
    data = file.read()
    if len(data) > settings.MAX_IMPORT_BYTES:
        raise UnreadableFile(_too_large())
    upload = Upload(
        kind=kind,
        org_unit=org_unit,
        uploaded_by=actor,
        uploaded_at=now,
        touched_at=now,
        file_name=str(file.name or _("unnamed"))[-200:],
        content=data,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
    )
    if at_once or not is_big(data):
        _understood(upload, tables.read(data, mappings.words_of(fields)))
    else:
        tables.refuse_early(data)
        upload.state = UploadState.READING
    upload.save(force_insert=True)
    return upload


def is_big(data: bytes) -> bool:
    """Say whether reading these bytes takes longer than a person waits for a page."""
    return len(data) > (BIG_BOOK if data.startswith(b"PK") else BIG_TEXT)


def read_kept(
    upload_id: Any, *, fields: Sequence[Field], now: datetime, tell: Callable[[int], None] | None = None
) -> Upload:
    """Read the bytes of a file that waits in READING. Twice is once: a worker may be lost at any moment.

    What cannot be read becomes UNREADABLE with the reason and the remedy among its findings.
    """
    upload = Upload.objects.get(pk=upload_id)
    if upload.state != UploadState.READING:
        return upload
    wanted = upload.notes.get("reading", {})
    header = wanted.get("header", tables.NOT_TOLD)
    table: tables.Table | str
    try:
        data, words = kept_bytes(upload.content), mappings.words_of(fields)
        table = tables.read(data, words, sheet=wanted.get("sheet", ""), header=header, tell=tell)
    except UnreadableFile as error:
        table = error.faults["file"]
    with transaction.atomic():
        locked = _locked(upload)
        if locked.state != UploadState.READING:
            return locked
        if isinstance(table, str):
            locked.state, locked.findings, locked.content = UploadState.UNREADABLE, [table], None
        else:
            _understood(locked, table)
            locked.state = UploadState.READ
        locked.touched_at = now
        locked.save()
    return locked


def _too_large() -> str:
    return _("The file is larger than %(max)s MB. Split it, or leave out columns that are not needed.") % {
        "max": settings.MAX_IMPORT_BYTES >> 20
    }


def _understood(upload: Upload, table: tables.Table) -> None:
    upload.encoding, upload.delimiter = table.encoding, MARKS.get(table.delimiter, table.delimiter)
    upload.sheet, upload.sheets = table.sheet[:120], table.sheets
    upload.header_line, upload.first_data_line = table.header_line, table.first_data_line
    upload.columns, upload.sample = table.columns, table.sample
    upload.row_count, upload.findings, upload.packed = table.row_count, table.findings, table.packed


@transaction.atomic
def reread(
    upload: Upload,
    *,
    sheet: str,
    header_line: int | None,
    fields: Sequence[Field] = (),
    at_once: bool = True,
    now: datetime | None = None,
) -> Upload:
    """Read the kept file again from another sheet, or with the header that a person pointed at.

    at_once: False leaves a big file to a worker, as in `read_upload`. now: needed then.
    """
    locked = _locked(upload)
    _step(locked, UploadState.MAPPED)
    data = kept_bytes(locked.content)
    locked.mapping, locked.answers = {}, {}
    locked.rows.all().delete()
    if at_once or not is_big(data):
        table = tables.read(data, mappings.words_of(fields), sheet=sheet, header=header_line)
        _understood(locked, table)
        locked.state = UploadState.READ
    else:
        locked.notes = {**locked.notes, "reading": {"sheet": sheet, "header": header_line}}
        locked.state, locked.touched_at = UploadState.READING, now
    locked.save()
    return locked


@transaction.atomic
def confirm_mapping(
    upload: Upload,
    mapping: Mapping[str, int],
    answers: Mapping[str, str],
    *,
    fields: Sequence[Field],
    questions: Sequence[Question] = (),
    actor: Any,
    now: datetime,
) -> Upload:
    """Settle which column is what, remember it for this header, and forget rows staged before.

    Raises InvalidInput with a sentence per field that is missing, doubled or unanswered.
    """
    mapping = {name: index for name, index in mapping.items() if index is not None}
    answers = {name: value for name, value in answers.items() if value}
    faults = _mapping_faults(upload, mapping, fields) | _answer_faults(mapping, answers, questions)
    if faults:
        raise InvalidInput(faults)
    locked = _locked(upload)
    _step(locked, UploadState.MAPPED)
    locked.mapping, locked.answers, locked.state = mapping, answers, UploadState.MAPPED
    locked.save(update_fields=["mapping", "answers", "state"])
    locked.rows.all().delete()
    ColumnMapping.objects.update_or_create(
        kind=upload.kind,
        org_unit=upload.org_unit,
        header_digest=tables.digest_of_header(upload.columns, upload.kind),
        defaults={"mapping": mapping, "answers": answers, "used_at": now},
    )
    return locked


def _mapping_faults(upload: Upload, mapping: Mapping[str, int], fields: Sequence[Field]) -> dict[str, str]:
    faults: dict[str, str] = {}
    taken: dict[int, Field] = {}
    for one in fields:
        index = mapping.get(one.name)
        if index is None:
            if one.required:
                faults[one.name] = _("Choose the column that holds this. Every row needs it.")
        elif not 0 <= index < len(upload.columns):
            faults[one.name] = _("The file has no such column.")
        elif index in taken:
            faults[one.name] = _("This column is already used for “%(other)s”.") % {
                "other": taken[index].label
            }
        else:
            taken[index] = one
    return faults


def _answer_faults(
    mapping: Mapping[str, int], answers: Mapping[str, str], questions: Sequence[Question]
) -> dict[str, str]:
    faults: dict[str, str] = {}
    for one in questions:
        given = answers.get(one.name, "")
        if given and given not in dict(one.choices):
            faults[one.name] = _("Choose one of the answers.")
        elif not given and one.required and _open(one, mapping):
            faults[one.name] = _("The file does not say this. Choose an answer for all its rows.")
    return faults


def _open(one: Question, mapping: Mapping[str, int]) -> bool:
    return one.unless not in mapping and (not one.only_if or one.only_if in mapping)


def begin(upload: Upload, state: UploadState, *, now: datetime) -> Upload:
    """Move an upload to work that goes on in the background. Raises NotInThisState."""
    with transaction.atomic():
        locked = _locked(upload)
        _step(locked, state)
        locked.state, locked.touched_at = state, now
        locked.save(update_fields=["state", "touched_at"])
    return locked


@transaction.atomic
def stage(
    upload: Upload,
    decide: rows.Decide,
    *,
    fields: Sequence[Field],
    now: datetime,
    tell: Callable[[int], None] | None = None,
) -> dict[str, int]:
    """Write what every row would do, replacing what was staged before; return {outcome: count}.

    decide: called with line, values and faults; returns a Decision. It is not called for faulty rows.
    A key that appears twice in the file is faulty the second time. tell: hears now and then how many
    rows are done. Safe to run twice.
    """
    locked = _locked(upload)
    _step(locked, UploadState.PREVIEWED)
    locked.rows.all().delete()
    seen: dict[str, int] = {}
    counts: dict[str, int] = dict.fromkeys(RowOutcome.values, 0)
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for line, values, faults in iter_rows(locked, fields):
            decision = (
                rows.Decision(RowOutcome.FAULTY, faults=faults) if faults else decide(line, values, faults)
            )
            _refuse_twin(decision, line, seen)
            counts[decision.outcome] += 1
            copy.write_row(_copied(locked, line, values, decision))
            if tell and sum(counts.values()) % CHUNK == 0:
                tell(sum(counts.values()))
    locked.state, locked.touched_at = UploadState.PREVIEWED, now
    locked.save(update_fields=["state", "touched_at"])
    return counts


COPY = "COPY imports_stagedrow (upload_id, line, key, values, outcome, faults, changes, question) FROM STDIN"


def _refuse_twin(decision: rows.Decision, line: int, seen: dict[str, int]) -> None:
    if decision.outcome == RowOutcome.FAULTY or not decision.key:
        return
    first = seen.setdefault(decision.key, line)
    if first != line:
        decision.outcome, decision.changes, decision.question = RowOutcome.FAULTY, (), ""
        decision.faults = [
            rows.Fault(
                "",
                decision.key.rsplit("\x1f", 1)[-1][:200],
                _("Line %(line)s names the same thing.") % {"line": first},
                _("Keep one of the two lines."),
            )
        ]


def _copied(upload: Upload, line: int, values: dict[str, str], decision: rows.Decision) -> tuple[Any, ...]:
    return (
        upload.pk,
        line,
        decision.key[:300],
        json.dumps(decision.values or values, ensure_ascii=False),
        str(decision.outcome),
        json.dumps([fault.as_dict() for fault in decision.faults], ensure_ascii=False),
        json.dumps([vars(change) for change in decision.changes], ensure_ascii=False),
        decision.question,
    )


@transaction.atomic
def answer_group(upload: Upload, question: str, *, accept: bool, actor: Any, now: datetime) -> int:
    """Say once for all rows of a group whether they come in; return how many rows that decides."""
    locked = _locked(upload)
    if locked.state != UploadState.PREVIEWED:
        raise NotInThisState(state=locked.get_state_display())
    group = locked.rows.filter(outcome=RowOutcome.ASKED, question=question)
    return group.update(confirmed=accept)


@transaction.atomic
def abandon(upload: Upload, *, actor: Any, now: datetime) -> None:
    """Set an upload aside and drop its rows; what was applied stays."""
    locked = _locked(upload)
    _step(locked, UploadState.ABANDONED)
    locked.state = UploadState.ABANDONED
    locked.save(update_fields=["state"])
    _drop(Upload.objects.filter(pk=locked.pk))


@transaction.atomic
def note(upload: Upload, **facts: Any) -> None:
    """Remember figures of the room on an upload."""
    locked = _locked(upload)
    locked.notes = {**locked.notes, **facts}
    locked.save(update_fields=["notes"])
    upload.notes = locked.notes


@transaction.atomic
def finish(upload: Upload, *, now: datetime) -> Upload:
    """Say that every row that comes in has been taken over; twice is once."""
    locked = _locked(upload)
    if locked.state != UploadState.APPLIED:
        _step(locked, UploadState.APPLIED)
        locked.state, locked.applied_at = UploadState.APPLIED, now
        locked.save(update_fields=["state", "applied_at"])
    return locked


@transaction.atomic
def forget_old(*, now: datetime) -> int:
    """Drop bytes, samples and staged rows of files uploaded more than 30 days ago; return how many."""
    old = Upload.objects.filter(content__isnull=False, uploaded_at__lt=now - KEEP).exclude(
        state__in=[UploadState.READING, UploadState.STAGING, UploadState.APPLYING]
    )
    return _drop(old)


def _drop(uploads: Any) -> int:
    ids = list(uploads.values_list("pk", flat=True))
    StagedRow.objects.filter(upload__in=ids).delete()
    return Upload.objects.filter(pk__in=ids).update(content=None, packed=None, sample=[])


def _locked(upload: Upload) -> Upload:
    return Upload.objects.select_for_update(of=("self",)).select_related("org_unit").get(pk=upload.pk)


def _step(upload: Upload, to: UploadState) -> None:
    if to not in NEXT[UploadState(upload.state)] and to != upload.state:
        raise NotInThisState(state=upload.get_state_display())
