"""Verbs of the catalogue's intake: start, say what is what, preview, decide, take over."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from credentials.intake.applying import apply_chunk, coming_in
from credentials.intake.fields import FIELDS, KIND, QUESTIONS
from credentials.intake.staging import KEEP, LEAVE, NONCREDIT, Decider
from credentials.intake.units import UnitFinder
from institution.accounts.authz import require
from institution.accounts.models import OrgUnit, User
from institution.errors import InvalidInput, NotInThisState
from institution.imports import selectors
from institution.imports import services as imports
from institution.imports.models import Upload
from institution.imports.states import SILENCE, UploadState

PERMISSION = "catalog.import_offerings"
INLINE = 5_000  # rows up to which a page waits; beyond, a worker does it
CREATE = "create"


def start_import(file: Any, org_unit: OrgUnit, *, actor: Any, now: datetime) -> Upload:
    """Keep a catalogue file for a unit and those below; a big one waits for `read_file`.

    Raises NotAllowed, UnreadableFile.
    """
    require(actor, PERMISSION, org_unit, now=now)
    return imports.read_upload(
        file, kind=KIND, org_unit=org_unit, actor=actor, now=now, fields=FIELDS, at_once=False
    )


def read_file(upload_id: Any, *, now: datetime, tell: Callable[[int], None] | None = None) -> Upload:
    """Read a big file that was kept. Twice is once."""
    return imports.read_kept(upload_id, fields=FIELDS, now=now, tell=tell)


def read_again(upload: Upload, *, sheet: str, header_line: int | None, actor: Any, now: datetime) -> Upload:
    """Read the file from another sheet or with another header. Raises NotAllowed, UnreadableFile."""
    require(actor, PERMISSION, upload, now=now)
    return imports.reread(upload, sheet=sheet, header_line=header_line, fields=FIELDS, at_once=False, now=now)


def confirm_columns(
    upload: Upload, mapping: Mapping[str, int], answers: Mapping[str, str], *, actor: Any, now: datetime
) -> Upload:
    """Settle columns and answers. Raises NotAllowed, InvalidInput, NotInThisState."""
    require(actor, PERMISSION, upload, now=now)
    done = imports.confirm_mapping(
        upload, mapping, answers, fields=FIELDS, questions=QUESTIONS, actor=actor, now=now
    )
    imports.note(done, decisions={}, new_units=[], units="", actor=str(actor.pk))
    return done


def begin_preview(upload: Upload, *, actor: Any, now: datetime) -> Upload:
    """Say that a worker is to compare the rows. Raises NotAllowed, NotInThisState."""
    require(actor, PERMISSION, upload, now=now)
    return imports.begin(upload, UploadState.STAGING, now=now)


@transaction.atomic
def preview_import(
    upload: Upload, *, now: datetime, tell: Callable[[int], None] | None = None
) -> dict[str, int]:
    """Compare every row with the catalogue; return {outcome: rows}. Changes no offering.

    Twice is once: a second worker waits for the first, and finds the preview ready.
    """
    locked = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if locked.state != UploadState.STAGING:
        return selectors.counts(upload)
    decider = Decider(upload)
    counts = imports.stage(upload, decider, fields=FIELDS, now=now, tell=tell)
    missing = [[*names, kind] for names, kind in sorted(decider.finder.missing.items())]
    imports.note(upload, new_units=missing, decisions={}, units="")
    return counts


@transaction.atomic
def answer_units(upload: Upload, answer: str, *, actor: Any, now: datetime) -> None:
    """Say whether units the file names and we lack are created, or their rows left out."""
    require(actor, PERMISSION, upload, now=now)
    if answer not in (CREATE, LEAVE):
        raise InvalidInput({"units": _("Choose one of the answers.")})
    imports.note(_open(upload), units=answer)


@transaction.atomic
def answer_group(upload: Upload, question: str, answer: str, *, actor: Any, now: datetime) -> int:
    """Decide for all rows of a group at once; return how many. Raises NotAllowed, InvalidInput."""
    require(actor, PERMISSION, upload, now=now)
    if answer not in (KEEP, NONCREDIT, LEAVE):
        raise InvalidInput({"answer": _("Choose one of the answers.")})
    count = imports.answer_group(_open(upload), question, accept=answer != LEAVE, actor=actor, now=now)
    if count:
        decisions = Upload.objects.get(pk=upload.pk).notes.get("decisions", {})
        imports.note(upload, decisions={**decisions, question: answer})
    return count


@transaction.atomic
def begin_apply(upload: Upload, *, actor: Any, now: datetime) -> Upload:
    """Create confirmed units and let the rows be taken over from here on.

    Raises NotAllowed, NotInThisState, and InvalidInput while something waits for a word.
    """
    require(actor, PERMISSION, upload, now=now)
    fresh = _open(upload)
    faults = {}
    if selectors.unanswered(fresh):
        faults["groups"] = _("Some rows wait for your decision.")
    if fresh.notes.get("new_units") and not fresh.notes.get("units"):
        faults["units"] = _("Say what happens with the units that are not here yet.")
    if faults:
        raise InvalidInput(faults)
    begun = imports.begin(fresh, UploadState.APPLYING, now=now)
    if fresh.notes.get("units") == CREATE:
        wanted = [(tuple(names), kind) for *names, kind in fresh.notes["new_units"]]
        UnitFinder(fresh.org_unit).create(wanted, actor=actor, now=now)
    imports.note(begun, actor=str(actor.pk), total=coming_in(begun).count())
    return begun


def take_over(upload: Upload, *, actor: Any, now: datetime) -> int:
    """Take over all rows that are left, chunk by chunk, and finish; return how many were looked at."""
    done = 0
    while count := apply_chunk(upload, actor=actor, now=now):
        done += count
    if not coming_in(upload).filter(applied_at__isnull=True).exists():
        imports.finish(upload, now=now)
    return done


def run_import(upload: Upload, *, actor: Any, now: datetime) -> Upload:
    """Take over a small file at once, as a whole or not at all."""
    with transaction.atomic():
        begun = begin_apply(upload, actor=actor, now=now)
        take_over(begun, actor=actor, now=now)
    begun.refresh_from_db()
    return begun


def abandon_import(upload: Upload, *, actor: Any, now: datetime) -> None:
    """Set a file aside. Raises NotAllowed, NotInThisState once rows are being taken over."""
    require(actor, PERMISSION, upload, now=now)
    imports.abandon(upload, actor=actor, now=now)


def progress(upload: Upload) -> tuple[int, int]:
    """Return how many rows were taken over, of how many."""
    return coming_in(upload).filter(applied_at__isnull=False).count(), upload.notes.get("total", 0)


def actor_of(upload: Upload) -> Any:
    """Return who started the work on an upload."""
    return User.objects.get(pk=upload.notes.get("actor") or upload.uploaded_by_id)


def lost(*, now: datetime) -> list[Upload]:
    """Return uploads whose worker has given no sign of life."""
    return list(Upload.objects.light().filter(kind=KIND).silent_since(now - SILENCE))


def _open(upload: Upload) -> Upload:
    fresh = Upload.objects.light().select_related("org_unit").get(pk=upload.pk)
    if fresh.state != UploadState.PREVIEWED:
        raise NotInThisState(state=fresh.get_state_display())
    return fresh
