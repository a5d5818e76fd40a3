"""Hand out positions, set bits, publish signed lists, and set bits again after a restore."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.db.models import Count, F, Max, Q
from django.db.models.functions import Coalesce

from credentials.documents.status_list import build_status_list_credential
from credentials.keys.errors import NoActiveKey
from credentials.keys.models import IssuerProfile, SigningKey
from credentials.keys.securing import active_key, prepare_document, secure
from credentials.keys.states import KeyState
from credentials.status import journal
from credentials.status.models import LIST_LENGTH, PublishCause, PublishedList, SetBit, StatusList
from credentials.status.permutation import scatter
from institution.events.models import Event

TTL_SECONDS = 300  # how long a verifier may keep a copy
VALID_FOR = timedelta(days=14)  # validUntil of a published list
RENEW_BEFORE = timedelta(days=4)  # sign anew so long before validUntil, changed or not
DEBOUNCE = timedelta(seconds=30)  # a list is signed at most so often
JOURNAL_CHUNK = 5_000

TAKE = """
    WITH pool AS (
        SELECT id, taken, length * 2 / 3 AS full_at FROM status_statuslist
        WHERE profile_id = %s AND taken < length * 2 / 3 ORDER BY number LIMIT 1 FOR UPDATE
    )
    UPDATE status_statuslist AS list SET taken = least(pool.full_at, pool.taken + %s)
    FROM pool WHERE list.id = pool.id RETURNING list.id, pool.taken, list.taken
"""


class Run(NamedTuple):
    """Places of a list that follow one another, `first` up to and without `end`; where they lie is scattered."""

    status_list: StatusList
    first: int
    end: int

    def indexes(self) -> list[int]:
        """Return the statusListIndex of each place."""
        listed = self.status_list
        return scatter(self.first, self.end, length=listed.length, secret=bytes(listed.secret))


@transaction.atomic
def take(profile: IssuerProfile, count: int, *, now: datetime) -> list[Run]:
    """Return `count` places that nobody else ever gets, in one run if the profile's open list has as many.

    Part of the caller's transaction, which also stores who has them. A list is signed and stored
    before its first position leaves, and closed when two thirds are taken. Raises NoActiveKey.
    """
    runs: list[Run] = []
    while count:
        with connection.cursor() as cursor:
            cursor.execute(TAKE, [profile.pk, count])
            taken = cursor.fetchone()
        if taken is None:
            _open_list(profile, now)
            continue
        status_list = StatusList.objects.defer("document").select_related("profile").get(pk=taken[0])
        runs.append(Run(status_list, taken[1], taken[2]))
        count -= taken[2] - taken[1]
    return runs


def allocate(profile: IssuerProfile, count: int, *, now: datetime) -> list[tuple[StatusList, int]]:
    """Return `count` positions that nobody else ever gets, as `take` does. Raises NoActiveKey."""
    return [(run.status_list, index) for run in take(profile, count, now=now) for index in run.indexes()]


def _open_list(profile: IssuerProfile, now: datetime) -> None:
    """Open a profile's next list, unless somebody did while we waited for the profile's row."""
    IssuerProfile.objects.select_for_update(no_key=True).get(pk=profile.pk)
    lists = StatusList.objects.filter(profile=profile)
    if lists.filter(taken__lt=F("length") * 2 / 3).exists():
        return
    last = lists.aggregate(last=Max("number"))["last"] or 0
    _publish(StatusList.objects.create(profile=profile, number=last + 1), now, PublishCause.OPENED)
    transaction.on_commit(partial(write_journal), robust=True)


@transaction.atomic
def set_bits(bits: Iterable[tuple[UUID, int]], *, now: datetime, act: Event | None = None) -> int:
    """Set bits for ever; return how many were not set before. Setting one twice is setting it once.

    bits: (id of the list, index). act: the event that says who did it. The lists wait for `sweep`, the journal is written on commit.
    """
    by_list: dict[UUID, set[int]] = defaultdict(set)
    for list_id, index in bits:
        by_list[list_id].add(index)
    new = 0
    for list_id in sorted(by_list):
        known = SetBit.objects.filter(status_list_id=list_id, index__in=by_list[list_id])
        missing = by_list[list_id] - set(known.values_list("index", flat=True))
        rows = [SetBit(status_list_id=list_id, index=index, set_at=now, act=act) for index in sorted(missing)]
        SetBit.objects.bulk_create(rows, batch_size=2_000, ignore_conflicts=True)
        new += len(rows)
        if rows:
            StatusList.objects.filter(pk=list_id).update(dirty_since=Coalesce(F("dirty_since"), now))
    transaction.on_commit(partial(write_journal), robust=True)
    return new


@transaction.atomic
def write_journal() -> int:
    """Write opened lists and set bits that the journal lacks; return how many bits.

    A crash in between writes some twice, which does no harm.
    """
    _journal_lists()
    waiting = list(
        SetBit.objects.filter(journaled=False)
        .select_related("status_list__profile")
        .defer("status_list__document")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("id")[:JOURNAL_CHUNK]
    )
    if not waiting:
        return 0
    journal.append(
        journal.Entry(bit.status_list.profile.key, bit.status_list.number, bit.index, bit.set_at)
        for bit in waiting
    )
    SetBit.objects.filter(pk__in=[bit.pk for bit in waiting]).update(journaled=True)
    if len(waiting) == JOURNAL_CHUNK:
        transaction.on_commit(partial(write_journal), robust=True)
    return len(waiting)


def _journal_lists() -> None:
    """Note which lists were opened: a backup from before must not open them a second time."""
    fresh = StatusList.objects.filter(journaled=False, published_at__isnull=False)
    fresh = fresh.select_related("profile").defer("document")
    lists = list(fresh.select_for_update(of=("self",), skip_locked=True, no_key=True))
    entries = [
        journal.Entry(one.profile.key, one.number, None, one.published_at)
        for one in lists
        if one.published_at is not None
    ]
    if entries:
        journal.append(entries)
        StatusList.objects.filter(pk__in=[one.pk for one in lists]).update(journaled=True)


@transaction.atomic
def rebuild(status_list: StatusList, *, now: datetime) -> StatusList:
    """Sign the list as its bits stand now, and keep what was published. Raises NoActiveKey.

    The row is locked before the bits are read: a bit that comes later marks it as dirty again.
    """
    locked = (
        StatusList.objects.select_for_update(of=("self",), no_key=True)
        .select_related("profile")
        .get(pk=status_list.pk)
    )
    _publish(locked, now, PublishCause.CHANGED)
    return locked


def _publish(status_list: StatusList, now: datetime, cause: PublishCause) -> None:
    key = active_key(status_list.profile)
    until = (now + VALID_FOR).replace(microsecond=0)
    text, indexes = _signed_text(status_list, key, now, valid_until=until, ttl_seconds=TTL_SECONDS)
    status_list.document = text
    status_list.etag = hashlib.sha256(text.encode()).hexdigest()[:32]
    status_list.published_at, status_list.valid_until = now, until
    status_list.dirty_since, status_list.signing_key = None, key
    status_list.save()
    PublishedList.objects.create(
        status_list=status_list, published_at=now, set_count=len(indexes), document=text, cause=cause
    )


def final_text(status_list: StatusList, *, now: datetime) -> str:
    """Return the list as its bits stand now, signed without an end, for those who come after the portal.

    It is kept nowhere here. Raises NoActiveKey.
    """
    return _signed_text(status_list, active_key(status_list.profile), now)[0]


def _signed_text(
    status_list: StatusList, key: SigningKey, now: datetime, **until: Any
) -> tuple[str, list[int]]:
    indexes = list(SetBit.objects.filter(status_list=status_list).values_list("index", flat=True))
    unsigned = build_status_list_credential(
        status_list.url,
        issuer_id=status_list.profile.did,
        set_indexes=indexes,
        valid_from=now,
        entries=status_list.length,
        **until,
    )
    [signed] = secure([prepare_document(unsigned, key=key, created=now)], key=key)
    return orjson.dumps(signed).decode(), indexes


def sweep(*, now: datetime) -> int:
    """Publish lists that lag behind, end soon, or carry a compromised key's signature; return how many.

    Also writes what the journal lacks. A list signed a moment ago waits for the next sweep.
    """
    write_journal()
    lagging = Q(dirty_since__isnull=False) & Q(published_at__lte=now - DEBOUNCE)
    ending = Q(valid_until__lte=now + RENEW_BEFORE)
    distrusted = Q(signing_key__state=KeyState.COMPROMISED)
    due = StatusList.objects.filter(lagging | ending | distrusted).order_by("published_at").distinct()
    done = 0
    for list_id in list(due.values_list("pk", flat=True)):
        done += _publish_if_free(list_id, now)
    return done


@transaction.atomic
def _publish_if_free(list_id: UUID, now: datetime) -> int:
    found = StatusList.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    status_list = found.select_related("profile", "signing_key").filter(pk=list_id).first()
    if status_list is None:
        return 0
    try:
        _publish(status_list, now, _cause(status_list))
    except NoActiveKey:
        return 0
    return 1


def _cause(status_list: StatusList) -> PublishCause:
    if status_list.dirty_since is not None:
        return PublishCause.CHANGED
    key = status_list.signing_key
    return PublishCause.KEY if key and key.state == KeyState.COMPROMISED else PublishCause.RENEWED


def publish_waiting(*, now: datetime) -> int:
    """Publish every list that lags behind at once, for the end of a demo's history or a restore."""
    due = StatusList.objects.filter(dirty_since__isnull=False).values_list("pk", flat=True)
    return sum(_publish_if_free(list_id, now) for list_id in list(due))


def bits_missing_from_database() -> dict[UUID, set[int]]:
    """Return the bits that the journal holds and the database lacks, by list."""
    wanted: dict[tuple[str, int], set[int]] = defaultdict(set)
    for entry in journal.read():
        if entry.index is not None:
            wanted[entry.issuer, entry.number].add(entry.index)
    missing: dict[UUID, set[int]] = {}
    for status_list in StatusList.objects.select_related("profile").defer("document"):
        indexes = wanted.get((status_list.profile.key, status_list.number), set())
        known = SetBit.objects.filter(status_list=status_list, index__in=indexes)
        left = indexes - set(known.values_list("index", flat=True))
        if left:
            missing[status_list.pk] = left
    return missing


@transaction.atomic
def reconcile_with_journal(*, now: datetime) -> dict[UUID, set[int]]:
    """Set again every bit that the journal knows and the restored database forgot; return them.

    A list that was opened after the backup is opened again, closed to new credentials, so that what it
    revoked stays revoked. Positions taken after the backup: see `skip_taken_positions`. Raises NoActiveKey.
    """
    _open_lost_lists(now)
    missing = bits_missing_from_database()
    set_bits(((list_id, index) for list_id, indexes in missing.items() for index in indexes), now=now)
    return missing


def _open_lost_lists(now: datetime) -> None:
    known = set(StatusList.objects.values_list("profile__key", "number"))
    lost = {(entry.issuer, entry.number) for entry in journal.read()} - known
    profiles = IssuerProfile.objects.in_bulk({issuer for issuer, _number in lost}, field_name="key")
    for issuer, number in sorted(lost):
        if issuer in profiles:
            full = LIST_LENGTH * 2 // 3
            fresh = StatusList.objects.create(
                profile=profiles[issuer], number=number, taken=full, journaled=True
            )
            _publish(fresh, now, PublishCause.OPENED)


@transaction.atomic
def skip_taken_positions(*, now: datetime) -> int:
    """Close every open list, so that a restored portal hands out no position a second time.

    Between the backup and the loss positions may have gone out that the restored counters forgot.
    """
    return StatusList.objects.filter(taken__lt=F("length") * 2 / 3).update(taken=F("length") * 2 / 3)


def counts(profile: IssuerProfile) -> list[Any]:
    """Return number, taken positions and set bits of each list of a profile."""
    lists = StatusList.objects.filter(profile=profile).annotate(set_count=Count("set_bits"))
    return list(lists.order_by("number").values("number", "taken", "length", "set_count"))
