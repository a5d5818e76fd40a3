"""Sign a batch, one chunk at a time. Open chunks are the queue; a killed worker's chunk stays open.

Two transactions a chunk: the first reserves (ids, status positions, validFrom) and commits, so that
nothing signed is ever irrevocable; the second builds, lints, signs and stores. Each locks the chunk's
row and sees what is left to do, so a chunk taken up again signs nothing twice.
"""

import zoneinfo
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from credentials.issuing import reserving, storing
from credentials.issuing.documents import NotFitToSign, Reserved, build, frame_of, reserved_in
from credentials.issuing.models import BatchRow, SigningChunk
from credentials.issuing.states import BatchState, RowState
from credentials.keys.models import IssuerProfile, SigningKey
from credentials.keys.securing import active_key, prepare_documents, secure
from credentials.proofs.data_integrity import Prepared
from credentials.status.models import StatusList
from institution.accounts.models import User
from institution.accounts.services import institution_now
from institution.errors import RegistryError
from institution.events.services import record

Refused = tuple[Reserved, list[tuple[str, str, str]]]


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
    pending = reserved_in(chunk)
    signed = 0
    for profile_id in dict.fromkeys(one.profile_id for one in pending):
        profile = IssuerProfile.objects.get(pk=profile_id)
        signed += _sign_for(profile, [one for one in pending if one.profile_id == profile_id], now)
    chunk.signed_count = signed
    lines = {"line__range": (chunk.first_line, chunk.last_line)}
    failed = BatchRow.objects.filter(batch_id=chunk.batch_id, state=RowState.FAILED, **lines)
    chunk.failed_count = failed.count()
    chunk.finished_at, chunk.error = now, ""
    chunk.save()
    data = {"first_line": chunk.first_line, "last_line": chunk.last_line, "signed": signed}
    data["failed"] = chunk.failed_count
    record("batch.chunk_signed", actor=User.objects.system(), target=chunk.batch, at=now, data=data)
    return signed


def _sign_for(profile: IssuerProfile, pending: list[Reserved], now: datetime) -> int:
    """Build, lint, sign and store what one issuer signs; return how many were signed."""
    key = active_key(profile)
    zone = zoneinfo.ZoneInfo(institution_now().time_zone)
    lists = StatusList.objects.filter(pk__in={one.status_list_id for one in pending})
    urls = {one.pk: one.url for one in lists.defer("document").select_related("profile")}
    built: list[tuple[Reserved, dict[str, Any]]] = []
    refused: list[Refused] = []
    for one in pending:
        frame = frame_of(one.achievement_version_id, profile)
        try:
            built.append((one, build(one, frame, urls[one.status_list_id], zone)))
        except NotFitToSign as error:
            refused.append((one, error.findings))
    ready = _prepared(built, key, now, refused)
    secured = secure([prepared for _one, prepared in ready], key=key)
    documents = [{**one, "proof": [one["proof"]]} for one in secured]  # OB 3.0: proof is a list
    if documents:
        storing.check_one(documents[0], key, now=now)
    storing.store([one for one, _prepared in ready], documents, key, now=now)
    storing.refuse(refused)
    return len(documents)


def _prepared(
    built: list[tuple[Reserved, dict[str, Any]]], key: SigningKey, now: datetime, refused: list[Refused]
) -> list[tuple[Reserved, Prepared]]:
    """Return what is to be signed; a document that cannot be made canonical joins the refused."""
    outcomes = prepare_documents([document for _one, document in built], key=key, created=now)
    ready = []
    for (one, _document), outcome in zip(built, outcomes, strict=True):
        if isinstance(outcome, Prepared):
            ready.append((one, outcome))
        else:
            refused.append((one, [("", outcome.code, outcome.detail)]))
    return ready
