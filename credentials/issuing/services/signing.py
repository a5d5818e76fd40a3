"""Sign a batch, one chunk at a time. Open chunks are the queue; a killed worker's chunk stays open.

Two transactions a chunk: the first reserves (ids, status positions, validFrom) and commits, so that
nothing signed is ever irrevocable; the second builds, lints, signs and stores. Each locks the chunk's
row and sees what is left to do, so a chunk taken up again signs nothing twice.
"""

import zoneinfo
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from credentials.issuing import placing, reserving, storing
from credentials.issuing.bulk import blocks, copying
from credentials.issuing.errors import CountsDisagree
from credentials.issuing.models import BatchRow, SigningChunk
from credentials.issuing.placing import Share
from credentials.issuing.states import BatchState, RowState
from credentials.keys.securing import active_key
from credentials.minting.documents import frame_of
from credentials.minting.signing import Job, Refused, mint
from institution.accounts.models import User
from institution.accounts.services import institution_now
from institution.errors import RegistryError
from institution.events.services import record

AT_ONCE = 32  # rows signed before they go to the server, which stores them while the next are signed


def sign_chunk(batch_id: UUID, *, now: datetime) -> int | None:
    """Sign the next chunk of a batch that nobody works on; return how many rows it signed.

    None if no chunk is free. Call it outside of any transaction. Raises NoActiveKey, NoIssuerProfile.
    """
    work = _reserve(batch_id, now)
    if work is None:
        return None
    try:
        return _sign_or_again(work, now)
    except RegistryError as error:
        SigningChunk.objects.filter(pk=work.chunk_id).update(error=error.code)
        raise


def _reserve(batch_id: UUID, now: datetime) -> reserving.Work | None:
    """Reserve the next free chunk; once more if another batch met one of its people this moment."""
    try:
        return _reserve_once(batch_id, now)
    except IntegrityError:
        return _reserve_once(batch_id, now)


@transaction.atomic(durable=True)
def _reserve_once(batch_id: UUID, now: datetime) -> reserving.Work | None:
    free = SigningChunk.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        batch_id=batch_id, finished_at=None, batch__state=BatchState.QUEUED
    )
    found = free.select_related("batch").order_by(F("reserved_at").asc(nulls_first=True), "id")
    chunk = found.first()
    return None if chunk is None else reserving.reserve(chunk, now=now)


def _sign_or_again(work: reserving.Work, now: datetime) -> int:
    """Sign what is reserved; once more if another batch took one of its awards this moment."""
    try:
        return _sign(work, now)
    except IntegrityError:
        return _sign(work.doubted(), now)


@transaction.atomic(durable=True)
def _sign(work: reserving.Work, now: datetime) -> int:
    found = SigningChunk.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        pk=work.chunk_id, finished_at=None, batch__state=BatchState.QUEUED
    )
    chunk = found.select_related("batch").first()
    if chunk is None:
        return 0
    zone = zoneinfo.ZoneInfo(institution_now().time_zone)
    shares = placing.place(chunk, work.lines, work.places, zone)
    if shares is None:
        reserving.give_back(chunk)
        return 0
    left_out = reserving.settle(work.lines)
    if work.again:
        left_out |= reserving.refuse_withdrawn(shares)
    done = _mint(work, chunk, [share.without(left_out) for share in shares], zone, now)
    storing.refuse(done.refused)
    if storing.mark_signed(chunk) != done.signed:
        raise CountsDisagree(chunk=chunk.pk, signed=done.signed)
    _finish(chunk, done, now)
    return done.signed


@dataclass
class Done:
    """What became of the rows of a chunk. by_mold: how many of the signed ones were cast."""

    signed: int = 0
    by_mold: int = 0
    refused: list[Refused] = field(default_factory=list)


def _mint(
    work: reserving.Work, chunk: SigningChunk, shares: list[Share], zone: zoneinfo.ZoneInfo, now: datetime
) -> Done:
    """Mint each issuer's share and send it to the server, which stores one part while the next is signed."""
    done, ready = Done(), []
    for share in shares:  # all that is to be read, before the connection is busy with writing
        job = _job(share, zone, now)
        ready.append((share, job, storing.Rows(chunk, job.key, share.places, now=now)))
    with copying(storing.TABLE, storing.COLUMNS) as write:
        for share, job, rows in ready:
            for part in blocks(share.placed, AT_ONCE):
                minted = mint([one.reserved for one in part], job)
                by_line = {one.line.id: one for one in part}
                write(b"".join(
                    rows.row(by_line[one.row_id], work.people[one.row_id], text) for one, text in minted.signed
                ))  # fmt: skip
                done.signed += len(minted.signed)
                done.by_mold += minted.by_mold
                done.refused += minted.refused
    return done


def _job(share: Share, zone: zoneinfo.ZoneInfo, now: datetime) -> Job:
    versions = {one.reserved.achievement_version_id for one in share.placed}
    return Job(
        key=active_key(share.profile),
        frames={pk: frame_of(UUID(pk), share.profile) for pk in versions},
        urls={pk: one.url for pk, one in share.lists.items()},
        zone=zone,
        now=now,
    )


def _finish(chunk: SigningChunk, done: Done, now: datetime) -> None:
    """Close a chunk: nothing of it can be drawn again."""
    lines = {"line__range": (chunk.first_line, chunk.last_line)}
    failed = BatchRow.objects.filter(batch_id=chunk.batch_id, state=RowState.FAILED, **lines)
    chunk.signed_count, chunk.failed_count = done.signed, failed.count()
    chunk.finished_at, chunk.error, chunk.seed = now, "", None
    chunk.save()
    data = {"first_line": chunk.first_line, "last_line": chunk.last_line, "signed": done.signed}
    data |= {"failed": chunk.failed_count, "by_shape": done.by_mold, "in_full": done.signed - done.by_mold}
    record("batch.chunk_signed", actor=User.objects.system(), target=chunk.batch, at=now, data=data)
