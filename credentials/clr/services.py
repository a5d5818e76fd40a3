"""Compose a record of one person's credentials, sign it, and end it when something in it ends.

Rows are the queue: asking writes a waiting row with its status entry; a worker signs what waits.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from credentials.clr.documents import build, sign
from credentials.clr.errors import NothingToCompose, TooManyMembers
from credentials.clr.models import ComposedRecord
from credentials.clr.states import CURRENT, ClrState
from credentials.issuing.models import Credential
from credentials.issuing.states import CredentialState
from credentials.keys.models import IssuerProfile
from credentials.status.models import SetBit
from credentials.status.services import allocate, set_bits
from institution.accounts.models import User
from institution.errors import RegistryError
from institution.events.services import record

MOST_MEMBERS = 200
SALT_BYTES = 16


@transaction.atomic
def ask_for_record(
    members: Sequence[Credential], *, partial: bool, actor: User, now: datetime, refresh: str = ""
) -> ComposedRecord:
    """Return the record of these members; a new one waits for a worker to sign it.

    members: of one person, released and signed; the caller has found out whose they are. Asked again for
    the same members, the same record. Raises NothingToCompose, TooManyMembers, NoActiveKey.
    """
    ordered = sorted(members, key=lambda one: (one.awarded_on, str(one.pk)))
    if not ordered:
        raise NothingToCompose()
    if len(ordered) > MOST_MEMBERS:
        raise TooManyMembers(most=MOST_MEMBERS)
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)  # two clicks wait for each other
    digest = hashlib.sha256(" ".join(str(one.pk) for one in ordered).encode()).hexdigest()
    there = ComposedRecord.objects.filter(asked_by=actor, member_digest=digest, state__in=CURRENT).first()
    if there is not None:
        return there
    profile = issuer_of(ordered)
    [(status_list, index)] = allocate(profile, 1, now=now)
    made = ComposedRecord(
        asked_by=actor,
        recipient_id=ordered[-1].recipient_id,
        profile=profile,
        status_list=status_list,
        status_index=index,
        member_digest=digest,
        partial=partial,
        salt=os.urandom(SALT_BYTES),
        valid_from=now.astimezone(UTC).replace(microsecond=0),
        asked_at=now,
    )
    if refresh:
        made.refresh = refresh
    made.save(force_insert=True)
    made.members.set(ordered)
    record("clr.asked", actor=actor, target=made, at=now, data={"members": len(ordered)})
    return made


def issuer_of(members: Sequence[Credential]) -> IssuerProfile:
    """Return who signs a record of these: the issuer at or above them all, else of most of them."""
    profiles = {one.profile_id: one.profile for one in members}
    paths = [profile.org_unit.path for profile in profiles.values()]
    shared = os.path.commonprefix(paths)
    over = [one for one in profiles.values() if shared.startswith(one.org_unit.path)]
    above = IssuerProfile.objects.filter(org_unit__path=shared).first()
    most, _count = Counter(one.profile_id for one in members).most_common(1)[0]
    return over[0] if over else above or profiles[most]


def sign_waiting(*, now: datetime, limit: int = 20) -> int:
    """Sign records that wait, each in a transaction of its own; return how many were signed."""
    signed = 0
    waiting = ComposedRecord.objects.filter(state=ClrState.WAITING).order_by("asked_at", "pk")
    for pk in list(waiting.values_list("pk", flat=True)[:limit]):
        signed += _sign_one(pk, now)
    return signed


@transaction.atomic
def _sign_one(pk: Any, now: datetime) -> int:
    free = ComposedRecord.objects.select_for_update(skip_locked=True, of=("self",))
    found = free.filter(pk=pk, state=ClrState.WAITING)
    row = found.select_related("profile", "recipient", "status_list__profile").first()
    if row is None:
        return 0
    members = list(row.members.order_by("awarded_on", "pk"))
    if any(one.state != CredentialState.RELEASED for one in members):
        return _end(row, now) * 0  # something ended while it waited; the sweep asks anew
    try:
        text, key = sign(build(row, members), row.profile, now=now)
    except RegistryError as error:
        row.state, row.error = ClrState.FAILED, error.code
        row.save(update_fields=["state", "error"])
        return 0
    row.document, row.digest, row.signing_key = text.decode(), hashlib.sha256(text).digest(), key
    row.state, row.signed_at = ClrState.SIGNED, now
    row.save(update_fields=["document", "digest", "signing_key", "state", "signed_at"])
    record("clr.signed", actor=User.objects.system(), target=row, at=now, data={"members": len(members)})
    return 1


def renew(*, now: datetime, limit: int = 200) -> int:
    """End every record that holds something that ended; return how many.

    A correction is followed: its successor takes its place in a new record under the same refresh address.
    Erased members erase the record's text too.
    """
    ended = Credential.objects.exclude(state=CredentialState.RELEASED)
    over = ComposedRecord.members.through.objects.filter(
        composedrecord_id=OuterRef("pk"), credential_id__in=ended.values("pk")
    )
    forgotten = ComposedRecord.members.through.objects.filter(
        composedrecord_id=OuterRef("pk"), credential__state=CredentialState.ERASED
    )
    struck = SetBit.objects.filter(status_list=OuterRef("status_list"), index=OuterRef("status_index"))
    due = Q(Exists(over)) | Q(Exists(struck))
    rows = ComposedRecord.objects.filter(
        Q(due, state__in=CURRENT) | Q(Exists(forgotten)) & ~Q(state=ClrState.ERASED)
    )
    return sum(_renew_one(pk, now) for pk in list(rows.values_list("pk", flat=True)[:limit]))


@transaction.atomic
def _renew_one(pk: Any, now: datetime) -> int:
    row = ComposedRecord.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    if row is None:
        return 0
    was = row.state
    members = list(row.members.select_related("profile__org_unit", "successor__profile__org_unit"))
    _end(row, now)
    if any(one.state == CredentialState.ERASED for one in members):
        row.state, row.document, row.salt = ClrState.ERASED, "", b""
        row.save(update_fields=["state", "document", "salt"])
    newer = [one for one in map(_as_it_stands, members) if one is not None]
    followed = any(one.state == CredentialState.SUPERSEDED for one in members)
    if newer and followed and was in CURRENT:
        ask_for_record(newer, partial=row.partial, actor=row.asked_by, now=now, refresh=row.refresh)
    return 1


def _as_it_stands(member: Credential) -> Credential | None:
    """Return a member if it is valid, what took its place, or None."""
    while member.state == CredentialState.SUPERSEDED and hasattr(member, "successor"):
        member = member.successor
    return member if member.state == CredentialState.RELEASED else None


def _end(row: ComposedRecord, now: datetime) -> int:
    """Revoke a record's own status entry, once."""
    if row.state in CURRENT:
        set_bits([(row.status_list_id, row.status_index)], now=now)
        row.state, row.ended_at = ClrState.REVOKED, now
        row.save(update_fields=["state", "ended_at"])
        record("clr.ended", actor=User.objects.system(), target=row, at=now)
    return 1
