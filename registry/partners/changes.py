"""What changed, as one list that a partner can follow from any moment or place without missing a line."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from credentials.catalog.models import Achievement
from credentials.issuing.models import Credential, IssuanceBatch
from institution.events.models import Event
from institution.events.services import mark_delivered, undelivered
from learners.sharing.disclosure import credentials_open_to, credentials_under_any_consent
from learners.sharing.models import Consent
from registry.partners.errors import CursorUnknown
from registry.partners.models import Change

CONSUMER = "partners.changes"
TAKE = 500
ROUNDS = 20
Action, Kind = Change.Action, Change.Kind
Line = tuple[str, Any, str]  # kind, id, action


def _offering(action: str) -> Callable[[Event], Iterator[Line]]:
    def lines(event: Event) -> Iterator[Line]:
        yield Kind.OFFERING, event.target_id, action
        for pk in Achievement.objects.filter(offering=UUID(event.target_id)).values_list("pk", flat=True):
            yield Kind.ACHIEVEMENT, pk, action

    return lines


def _target(kind: str, action: str) -> Callable[[Event], Iterator[Line]]:
    def lines(event: Event) -> Iterator[Line]:
        yield kind, event.target_id, action

    return lines


def _revoked(event: Event) -> Iterator[Line]:
    for pk in event.data.get("credentials", ()):
        yield Kind.CREDENTIAL, pk, Action.DELETED


def _superseded(event: Event) -> Iterator[Line]:
    for old, _heir in event.data.get("pairs", ()):
        yield Kind.CREDENTIAL, old, Action.DELETED


def _released(event: Event) -> Iterator[Line]:
    yield Kind.BATCH, event.target_id, Action.CHANGED
    for pk in _asked_for(batch=event.target_id):
        yield Kind.CREDENTIAL, pk, Action.CHANGED


def _claimed(event: Event) -> Iterator[Line]:
    for pk in _asked_for(recipient=event.target_id):
        yield Kind.CREDENTIAL, pk, Action.CHANGED


def _erased(event: Event) -> Iterator[Line]:
    for pk in Credential.objects.filter(recipient=UUID(event.target_id)).values_list("pk", flat=True):
        yield Kind.CREDENTIAL, pk, Action.DELETED


def _asked_for(**which: Any) -> "QuerySet[Credential, Any]":
    """Return the ids of credentials that some partner may read; for all others no line is written."""
    found: Any = Credential.objects.filter(credentials_under_any_consent(), **which)
    return found.distinct().values_list("pk", flat=True)


READERS: dict[str, Callable[[Event], Iterator[Line]]] = {
    "offering.approved": _offering(Action.CHANGED),
    "offering.restored": _offering(Action.CHANGED),
    "offering.retired": _offering(Action.DELETED),
    "framework.imported": _target(Kind.FRAMEWORK, Action.CHANGED),
    "batch.read": _target(Kind.BATCH, Action.CHANGED),
    "batch.confirmed": _target(Kind.BATCH, Action.CHANGED),
    "batch.signed": _target(Kind.BATCH, Action.CHANGED),
    "batch.cancel_asked": _target(Kind.BATCH, Action.CHANGED),
    "batch.canceled": _target(Kind.BATCH, Action.CHANGED),
    "batch.undone": _target(Kind.BATCH, Action.CHANGED),
    "batch.released": _released,
    "credential.revoked": _revoked,
    "credential.superseded": _superseded,
    "record.claimed": _claimed,
    "recipient.erased": _erased,
    "consent.given": _target(Kind.CONSENT, Action.CHANGED),
    "consent.withdrawn": _target(Kind.CONSENT, Action.DELETED),
}
KINDS_OF_SCOPE = {
    "catalog.read": (Kind.OFFERING, Kind.ACHIEVEMENT, Kind.FRAMEWORK),
    "batches.read": (Kind.BATCH,),
    "credentials.read": (Kind.CREDENTIAL, Kind.CONSENT),
}


@dataclass(frozen=True)
class ChangesPage:
    """Lines in their order. cursor: where to go on. more: whether there is more to read now."""

    lines: list[Change]
    cursor: str
    more: bool


def list_new(*, now: datetime) -> int:
    """List every event that is not listed yet; return how many lines that made. Safe to run twice."""
    made = 0
    for _round in range(ROUNDS):
        taken, lines = _list_some(now)
        made += lines
        if taken < TAKE:
            break
    return made


@transaction.atomic
def _list_some(now: datetime) -> tuple[int, int]:
    """List some events under a lock: whoever comes next sees these lines before it writes its own."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [CONSUMER])
    events = undelivered(CONSUMER, READERS, limit=TAKE)
    rows = [
        Change(kind=kind, object_id=UUID(str(pk)), action=action, why=event.kind, at=event.at, listed_at=now)
        for event in events
        for kind, pk, action in READERS[event.kind](event)
    ]
    Change.objects.bulk_create(rows, batch_size=2_000)
    mark_delivered(CONSUMER, events, now=now)
    return len(events), len(rows)


def read_changes(
    user: Any,
    scopes: Iterable[str],
    *,
    cursor: str = "",
    since: datetime | None = None,
    limit: int,
    now: datetime,
) -> ChangesPage:
    """Return what changed after a cursor, or since a moment, for this partner. Raises CursorUnknown."""
    after = _position(cursor) if cursor else 0
    last = Change.objects.order_by("-position").first()  # before the lines, so that none falls between
    rows = Change.objects.filter(_readable(user, set(scopes), now), position__gt=after)
    if since is not None and not cursor:
        rows = rows.filter(listed_at__gte=since)
    found = list(rows.order_by("position")[: limit + 1])
    lines = found[:limit]
    if lines:
        return ChangesPage(lines, _cursor(lines[-1]), len(found) > limit)
    return ChangesPage([], cursor or (_cursor(last) if last is not None else ""), False)


def _readable(user: Any, scopes: set[str], now: datetime) -> Q:
    open_kinds = KINDS_OF_SCOPE["catalog.read"] if "catalog.read" in scopes else ()
    wanted = Q(kind__in=open_kinds)
    if "batches.read" in scopes:
        wanted |= Q(kind=Kind.BATCH, object_id__in=IssuanceBatch.objects.filter(created_by=user).values("pk"))
    if "credentials.read" in scopes:
        mine = credentials_open_to(user, now=now).values("pk")
        wanted |= Q(kind=Kind.CREDENTIAL, object_id__in=mine)
        wanted |= Q(kind=Kind.CONSENT, object_id__in=Consent.objects.filter(partner=user).values("pk"))
    return wanted


def _cursor(line: Change) -> str:
    return base64.urlsafe_b64encode(f"{line.position}:{_mark(line)}".encode()).decode().rstrip("=")


def _mark(line: Change) -> str:
    """Return what tells a line from another that took its place, as after a restore."""
    text = f"{line.position} {line.object_id} {line.listed_at.isoformat()}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _position(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        position, mark = text.split(":")
        line = Change.objects.filter(position=int(position)).first()
    except (binascii.Error, UnicodeError, ValueError, OverflowError) as error:
        raise CursorUnknown from error
    if line is None or _mark(line) != mark:
        raise CursorUnknown
    return line.position
