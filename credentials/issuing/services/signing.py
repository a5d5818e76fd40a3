"""Sign a batch, one chunk at a time. Open chunks are the queue; a killed worker's chunk stays open.

Two transactions a chunk: the first reserves (ids, status positions, validFrom) and commits, so that
nothing signed is ever irrevocable; the second builds, lints, signs and stores. Each locks the chunk's
row and sees what is left to do, so a chunk taken up again signs nothing twice.
"""

import zoneinfo
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from credentials.issuing import reserving, storing
from credentials.issuing.models import BatchRow, SigningChunk
from credentials.issuing.states import BatchState, RowState
from credentials.keys.models import IssuerProfile
from credentials.keys.securing import active_key
from credentials.minting.documents import Reserved, frame_of
from credentials.minting.signing import Job, mint
from credentials.status.models import StatusList
from institution.accounts.models import User
from institution.accounts.services import institution_now
from institution.errors import RegistryError
from institution.events.services import record


def sign_chunk(batch_id: UUID, *, now: datetime) -> int | None:
    """Sign the next chunk of a batch that nobody works on; return how many rows it signed.

    None if no chunk is free. Call it outside of any transaction. Raises NoActiveKey, NoIssuerProfile.
    """
    chunk_id = _reserve(batch_id, now)
    if chunk_id is None:
        return None
    try:
        return _sign(chunk_id, now)
    except RegistryError as error:
        SigningChunk.objects.filter(pk=chunk_id).update(error=error.code)
        raise


def _reserve(batch_id: UUID, now: datetime) -> int | None:
    """Reserve the next free chunk; once more if another batch took one of its awards this moment."""
    try:
        return _reserve_once(batch_id, now)
    except IntegrityError:
        return _reserve_once(batch_id, now)


@transaction.atomic(durable=True)
def _reserve_once(batch_id: UUID, now: datetime) -> int | None:
    free = SigningChunk.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        batch_id=batch_id, finished_at=None, batch__state=BatchState.QUEUED
    )
    chunk = free.order_by(F("reserved_at").asc(nulls_first=True), "id").first()
    if chunk is None:
        return None
    if chunk.reserved_at is None:
        reserving.reserve(chunk, now=now)
        chunk.reserved_at = now
        chunk.save(update_fields=["reserved_at"])
    return chunk.pk


@transaction.atomic(durable=True)
def _sign(chunk_id: int, now: datetime) -> int:
    found = SigningChunk.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        pk=chunk_id, finished_at=None, batch__state=BatchState.QUEUED
    )
    chunk = found.select_related("batch").first()
    if chunk is None:
        return 0
    pending = storing.reserved_in(chunk)
    signed = by_mold = 0
    for profile_id in dict.fromkeys(one.profile_id for one in pending):
        profile = IssuerProfile.objects.get(pk=profile_id)
        own = [one for one in pending if one.profile_id == profile_id]
        done, cast = _sign_for(profile, own, chunk, now)
        signed, by_mold = signed + done, by_mold + cast
    chunk.signed_count = signed
    lines = {"line__range": (chunk.first_line, chunk.last_line)}
    failed = BatchRow.objects.filter(batch_id=chunk.batch_id, state=RowState.FAILED, **lines)
    chunk.failed_count = failed.count()
    chunk.finished_at, chunk.error = now, ""
    chunk.save()
    data = {"first_line": chunk.first_line, "last_line": chunk.last_line, "signed": signed}
    data |= {"failed": chunk.failed_count, "by_shape": by_mold, "in_full": signed - by_mold}
    record("batch.chunk_signed", actor=User.objects.system(), target=chunk.batch, at=now, data=data)
    return signed


def _sign_for(
    profile: IssuerProfile, pending: list[Reserved], chunk: SigningChunk, now: datetime
) -> tuple[int, int]:
    """Mint and store what one issuer signs of a chunk; return how many were signed, and how many of them by a mold."""
    lists = StatusList.objects.filter(pk__in={one.status_list_id for one in pending})
    job = Job(
        key=active_key(profile),
        frames={pk: frame_of(UUID(pk), profile) for pk in {one.achievement_version_id for one in pending}},
        urls={str(one.pk): one.url for one in lists.defer("document").select_related("profile")},
        zone=zoneinfo.ZoneInfo(institution_now().time_zone),
        now=now,
    )
    minted = mint(pending, job)
    storing.store(minted.signed, chunk, job.key, now=now)
    storing.refuse(minted.refused)
    return len(minted.signed), minted.by_mold
