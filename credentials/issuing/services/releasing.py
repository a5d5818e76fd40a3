"""Let signed credentials out, or take them back before anybody was told."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from credentials.issuing.errors import HoldNotOver, SecondPersonReleases
from credentials.issuing.models import Credential, IssuanceBatch
from credentials.issuing.services.running import check_step, lock_batch
from credentials.issuing.states import BatchState, CredentialState, RevocationCode
from credentials.status.services import set_bits
from institution.accounts.authz import require
from institution.errors import NotInThisState
from institution.events.services import record

EVENT_IDS = 1_000  # ids in one event
OUT = (CredentialState.RELEASED, CredentialState.SIGNED)


@transaction.atomic
def release_batch(batch: IssuanceBatch, *, actor: Any, now: datetime) -> IssuanceBatch:
    """Let a signed batch out: from now on it is told, public and claimable. Twice is once.

    Corrections take the place of the credentials they correct, which end this moment; what corrects one that
    was withdrawn meanwhile is withheld. Raises NotAllowed, HoldNotOver, SecondPersonReleases, NotInThisState.
    """
    require(actor, "issuing.release_batch", batch, now=now)
    locked = lock_batch(batch.pk)
    if locked.state == BatchState.RELEASED:
        return locked
    _check_window(locked, BatchState.RELEASED)
    _check_policy(locked, actor, now)
    superseded, withheld = _supersede(locked, actor, now)
    fresh = Credential.objects.filter(batch=locked, state=CredentialState.SIGNED)
    count = fresh.update(state=CredentialState.RELEASED, released_at=now)
    locked.state, locked.released_by, locked.released_at = BatchState.RELEASED, actor, now
    locked.save(update_fields=["state", "released_by", "released_at"])
    data = {"credentials": count, "superseded": superseded} | ({"withheld": withheld} if withheld else {})
    record("batch.released", actor=actor, target=locked, at=now, data=data)
    return locked


@transaction.atomic
def undo_batch(batch: IssuanceBatch, *, actor: Any, now: datetime) -> IssuanceBatch:
    """Take a signed batch back before its release: quietly revoked, nobody is told. Twice is once.

    The awards are free again: the same rows may be issued anew, under new ids.
    """
    require(actor, "issuing.release_batch", batch, now=now)
    locked = lock_batch(batch.pk)
    if locked.state == BatchState.UNDONE:
        return locked
    _check_window(locked, BatchState.UNDONE)
    signed = Credential.objects.filter(batch=locked, state=CredentialState.SIGNED)
    bits = list(signed.values_list("status_list_id", "status_index"))
    count = _take_back(signed, actor, now)
    locked.state, locked.undone_at = BatchState.UNDONE, now
    locked.save(update_fields=["state", "undone_at"])
    act = record("batch.undone", actor=actor, target=locked, at=now, data={"credentials": count})
    set_bits(bits, now=now, act=act)
    return locked


def _check_window(batch: IssuanceBatch, state: BatchState) -> None:
    check_step(batch, state)
    if batch.state == BatchState.CANCELED and not batch.signed_count:
        raise NotInThisState(state=str(BatchState.CANCELED.label))


def hold_until(batch: IssuanceBatch) -> datetime | None:
    """Return until when policy holds a batch back; None if it was not signed yet."""
    since = batch.signed_at or batch.confirmed_at
    return since + timedelta(hours=settings.RELEASE_HOLD_HOURS) if since else None


def _check_policy(batch: IssuanceBatch, actor: Any, now: datetime) -> None:
    until = hold_until(batch)
    if until is not None and settings.RELEASE_HOLD_HOURS and now < until:
        raise HoldNotOver(until=until.isoformat(timespec="minutes"))
    if settings.RELEASE_BY_SECOND_PERSON and actor.pk in (batch.confirmed_by_id, batch.created_by_id):
        raise SecondPersonReleases(batch=str(batch.pk))


def _supersede(batch: IssuanceBatch, actor: Any, now: datetime) -> tuple[int, int]:
    """End what the batch's corrections correct, and what those corrected; return how many ended.

    And how many corrections were withheld, since what they correct was withdrawn after they were asked for: an
    award does not come back by the back door.
    """
    corrections = Credential.objects.filter(
        batch=batch, state=CredentialState.SIGNED, supersedes__isnull=False
    )
    heirs: dict[UUID, UUID] = dict(corrections.values_list("supersedes_id", "id"))
    olds = Credential.objects.filter(pk__in=list(heirs)).order_by("pk").values_list("pk", flat=True)
    list(olds.select_for_update())  # whoever withdraws one this moment goes first, and is seen
    orphans = [heirs.pop(pk) for pk in olds.filter(state=CredentialState.REVOKED)]
    pairs: list[list[str]] = []
    bits: list[tuple[UUID, int]] = []
    while heirs:
        old = list(Credential.objects.filter(pk__in=heirs).defer("document").select_for_update())
        ending = [one for one in old if one.state in OUT]
        pairs += [[str(one.pk), str(heirs[one.pk])] for one in ending]
        bits += [(one.status_list_id, one.status_index) for one in ending]
        _end(ending, actor, now)
        heirs = {one.supersedes_id: heirs[one.pk] for one in old if one.supersedes_id}
    for start in range(0, len(pairs), EVENT_IDS):
        data = {"pairs": pairs[start : start + EVENT_IDS]}
        act = record("credential.superseded", actor=actor, target=batch, at=now, data=data)
        set_bits(bits[start : start + EVENT_IDS], now=now, act=act)
    return len(pairs), _withhold(batch, orphans, actor, now)


def _withhold(batch: IssuanceBatch, orphans: list[UUID], actor: Any, now: datetime) -> int:
    found = Credential.objects.filter(pk__in=orphans)
    places = list(found.values_list("status_list_id", "status_index"))
    if places:
        data = {"credentials": [str(pk) for pk in orphans]}
        act = record("batch.withheld", actor=actor, target=batch, at=now, data=data)
        _take_back(found, actor, now)
        set_bits(places, now=now, act=act)
    return len(places)


def _take_back(signed: QuerySet[Credential], actor: Any, now: datetime) -> int:
    """Revoke quietly what nobody was told of."""
    return signed.update(
        state=CredentialState.REVOKED,
        supersedes=None,
        revoked_at=now,
        revoked_by=actor,
        revocation_code=RevocationCode.ISSUED_IN_ERROR,
    )


def _end(credentials: list[Credential], actor: Any, now: datetime) -> None:
    Credential.objects.filter(pk__in=[one.pk for one in credentials]).update(
        state=CredentialState.SUPERSEDED,
        revoked_at=now,
        revoked_by=actor,
        revocation_code=RevocationCode.REPLACED,
    )
