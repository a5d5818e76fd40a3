"""Confirm a batch, pause it, resume it, cancel what is not signed, and finish it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Sum

from credentials.issuing.errors import CountsDisagree, NothingToSign
from credentials.issuing.models import BatchRow, Credential, IssuanceBatch, SigningChunk
from credentials.issuing.states import NEXT, RUNNING, BatchState, CredentialState, RowState
from credentials.keys.errors import NoIssuerProfile
from credentials.keys.models import IssuerProfile
from credentials.keys.securing import active_key
from institution.accounts.authz import require
from institution.accounts.models import User
from institution.errors import NotInThisState
from institution.events.services import record
from institution.imports import services as imports
from institution.imports.models import Upload

CHUNK_ROWS = 2_000
CUT = """
    INSERT INTO issuing_signingchunk
        (batch_id, first_line, last_line, row_count, signed_count, failed_count, error)
    SELECT %s, min(line), max(line), count(*), 0, 0, '' FROM (
        SELECT line, (row_number() OVER (ORDER BY line) - 1) / %s AS part FROM issuing_batchrow
        WHERE batch_id = %s AND state = 'pending'
    ) AS numbered GROUP BY part ORDER BY part
"""


@transaction.atomic
def confirm_batch(batch: IssuanceBatch, *, actor: Any, now: datetime) -> IssuanceBatch:
    """Confirm the report that was read: from now on workers sign its rows. Twice is once.

    Raises NotAllowed, NothingToSign, NoIssuerProfile, NoActiveKey, NotInThisState.
    """
    require(actor, "issuing.confirm_batch", batch, now=now)
    locked = lock_batch(batch.pk)
    if locked.state == BatchState.QUEUED and locked.confirmed_by_id == actor.pk:
        return locked
    check_step(locked, BatchState.QUEUED, only_from=BatchState.DRAFT)
    if not locked.to_sign_count:
        raise NothingToSign(batch=str(batch.pk))
    for profile in issuers_of(locked):
        active_key(profile)
    locked.state, locked.confirmed_by, locked.confirmed_at = BatchState.QUEUED, actor, now
    locked.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    with connection.cursor() as cursor:
        cursor.execute(CUT, [locked.pk, CHUNK_ROWS, locked.pk])
    if locked.upload_id:
        imports.finish(Upload.objects.light().get(pk=locked.upload_id), now=now)
    figures = {"new": locked.issue_count, "corrections": locked.correction_count}
    record("batch.confirmed", actor=actor, target=locked, at=now, data=figures)
    return locked


def issuers_of(batch: IssuanceBatch) -> list[IssuerProfile]:
    """Return in whose names the rows of a batch are signed. Raises NoIssuerProfile."""
    units = BatchRow.objects.filter(batch=batch, state=RowState.PENDING).values_list(
        "achievement_version__offering_version__offering__org_unit", flat=True
    )
    found: dict[Any, IssuerProfile] = {}
    for unit in type(batch.org_unit).objects.filter(pk__in=units.distinct()):
        profile = IssuerProfile.objects.nearest_above(unit)
        if profile is None:
            raise NoIssuerProfile(unit=str(unit.pk))
        found[profile.pk] = profile
    return list(found.values())


@transaction.atomic
def pause_batch(batch: IssuanceBatch, *, actor: Any, now: datetime) -> IssuanceBatch:
    """Stop signing after the chunks that are being signed this moment."""
    return _turn(batch, BatchState.PAUSED, "batch.paused", actor, now)


@transaction.atomic
def resume_batch(batch: IssuanceBatch, *, actor: Any, now: datetime) -> IssuanceBatch:
    """Let workers sign the rest."""
    return _turn(batch, BatchState.QUEUED, "batch.resumed", actor, now, only_from=BatchState.PAUSED)


def _turn(
    batch: IssuanceBatch,
    state: BatchState,
    kind: str,
    actor: Any,
    now: datetime,
    only_from: BatchState | None = None,
) -> IssuanceBatch:
    require(actor, "issuing.confirm_batch", batch, now=now)
    locked = lock_batch(batch.pk)
    if locked.state == state:
        return locked
    check_step(locked, state, only_from=only_from)
    locked.state = state
    locked.save(update_fields=["state"])
    record(kind, actor=actor, target=locked, at=now)
    return locked


@transaction.atomic
def cancel_batch(batch: IssuanceBatch, *, actor: Any, now: datetime) -> IssuanceBatch:
    """Sign nothing more of a batch. What is signed stays, to be released or undone. Twice is once.

    Answers at once. A confirmed batch takes no further chunk from now on; those that are being signed
    this moment are finished, and count as signed, before `finish_batch` says that it is canceled. Who
    prepared a batch may cancel it before it is confirmed.
    """
    own_draft = batch.created_by_id == actor.pk and batch.confirmed_at is None
    require(actor, "issuing.prepare_batch" if own_draft else "issuing.confirm_batch", batch, now=now)
    locked = lock_batch(batch.pk)
    if locked.state in (BatchState.CANCELING, BatchState.CANCELED):
        return locked
    if locked.confirmed_at is None:
        return _cancel_draft(locked, actor, now)
    check_step(locked, BatchState.CANCELING)
    locked.state = BatchState.CANCELING
    locked.save(update_fields=["state"])
    record("batch.cancel_asked", actor=actor, target=locked, at=now)
    return locked


def _cancel_draft(batch: IssuanceBatch, actor: Any, now: datetime) -> IssuanceBatch:
    check_step(batch, BatchState.CANCELED)
    if batch.upload_id:
        imports.abandon(Upload.objects.light().get(pk=batch.upload_id), actor=actor, now=now)
    return _close_canceled(batch, actor, now)


def _close_canceled(batch: IssuanceBatch, actor: Any, now: datetime) -> IssuanceBatch:
    """Give back what nobody signs: the open chunks are this transaction's, or there are none."""
    pending = BatchRow.objects.filter(batch=batch, state=RowState.PENDING)
    canceled = pending.update(state=RowState.CANCELED)
    SigningChunk.objects.filter(batch=batch, finished_at=None).update(finished_at=now, seed=None)
    _count(batch)
    batch.state = BatchState.CANCELED
    batch.save(update_fields=["state", "signed_count", "failed_count"])
    data = {"canceled": canceled, "signed": batch.signed_count}
    record("batch.canceled", actor=actor, target=batch, at=now, data=data)
    return batch


@transaction.atomic
def finish_batch(batch_id: UUID, *, now: datetime) -> bool:
    """Say that a batch is signed, or canceled, once no chunk is worked on; return whether this call said it.

    Waits for nobody: the worker that finishes the last chunk calls it too. Compares chunks, rows and
    credentials first. Raises CountsDisagree.
    """
    locked = lock_batch(batch_id)
    still_open = SigningChunk.objects.filter(batch=locked, finished_at=None)
    if locked.state == BatchState.CANCELING:
        free = [chunk.pk for chunk in still_open.select_for_update(skip_locked=True).order_by("id")]
        if still_open.exclude(pk__in=free).exists():
            return False
        _close_canceled(locked, User.objects.system(), now)
        return True
    if locked.state not in RUNNING or still_open.exists():
        return False
    _count(locked)
    locked.state, locked.signed_at = BatchState.SIGNED, now
    locked.save(update_fields=["state", "signed_at", "signed_count", "failed_count"])
    data = {"signed": locked.signed_count, "failed": locked.failed_count}
    record("batch.signed", actor=User.objects.system(), target=locked, at=now, data=data)
    return True


def _count(batch: IssuanceBatch) -> None:
    """Take the batch's figures from its chunks, and hold them against rows and credentials."""
    sums = SigningChunk.objects.filter(batch=batch).aggregate(
        signed=Sum("signed_count", default=0), failed=Sum("failed_count", default=0)
    )
    rows = dict(BatchRow.objects.filter(batch=batch).values_list("state").annotate(n=Count("id")))
    credentials = Credential.objects.filter(batch=batch, state=CredentialState.SIGNED).count()
    agree = sums["signed"] == rows.get(RowState.SIGNED, 0) == credentials
    agree = agree and sums["failed"] == rows.get(RowState.FAILED, 0) and not rows.get(RowState.PENDING, 0)
    if not agree:
        raise CountsDisagree(batch=str(batch.pk), chunks=sums, rows=rows, credentials=credentials)
    batch.signed_count, batch.failed_count = sums["signed"], sums["failed"]


def lock_batch(batch_id: Any) -> IssuanceBatch:
    """Return a batch with its row locked until the transaction ends.

    The weaker lock, with which rows that point to the batch can still be written: a chunk that is
    being reserved must not wait for somebody who waits for that chunk.
    """
    found = IssuanceBatch.objects.select_for_update(of=("self",), no_key=True)
    return found.select_related("org_unit").get(pk=batch_id)


def check_step(batch: IssuanceBatch, state: BatchState, *, only_from: BatchState | None = None) -> None:
    """Raise NotInThisState if this state does not follow from the present one."""
    now_in = BatchState(batch.state)
    if state not in NEXT[now_in] or (only_from is not None and now_in != only_from):
        raise NotInThisState(state=str(now_in.label))
