"""Reads of issuing: what waits for workers, how far a batch is, what a page of credentials shows."""

import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Sum

from credentials.issuing.models import BatchRow, Credential, IssuanceBatch, SigningChunk
from credentials.issuing.states import MOVING, BatchState, CredentialState, RowState

RATE_WINDOW = timedelta(seconds=30)


def work_waiting(*, stalled_since: datetime) -> tuple[list[UUID], list[UUID], list[UUID]]:
    """Return the batches whose file is to be read, those to be signed or canceled, and which of these stand still."""
    batches = IssuanceBatch.objects.order_by("created_at")
    reading = batches.filter(state=BatchState.READING, upload__isnull=False)
    signing = batches.filter(state__in=MOVING)
    moved = SigningChunk.objects.filter(
        Q(reserved_at__gt=stalled_since) | Q(finished_at__gt=stalled_since), batch=OuterRef("pk")
    )
    still = signing.filter(~Exists(moved), confirmed_at__lte=stalled_since)
    return tuple(list(found.values_list("pk", flat=True)) for found in (reading, signing, still))  # type: ignore[return-value]


@dataclass(frozen=True)
class Progress:
    """How far a batch is. rate: rows a second, measured. seconds_left: None if nobody can tell."""

    total: int
    done: int
    signed: int
    failed: int
    rate: float
    seconds_left: int | None
    error: str

    @property
    def minutes_left(self) -> int:
        """Return whole minutes left, rounded up."""
        return -(-(self.seconds_left or 0) // 60)


def progress(batch: IssuanceBatch, *, now: datetime) -> Progress:
    """Return how far the signing of a batch is, from its chunks: the same for every viewer."""
    chunks = SigningChunk.objects.filter(batch=batch)
    finished = Q(finished_at__isnull=False)
    recent = Q(finished_at__gt=now - RATE_WINDOW)
    sums = chunks.aggregate(
        total=Sum("row_count", default=0),
        done=Sum("row_count", filter=finished, default=0),
        signed=Sum("signed_count", default=0),
        failed=Sum("failed_count", default=0),
        recent=Sum("row_count", filter=recent, default=0),
        since=Min("reserved_at", filter=recent),
        last=Max("finished_at"),
        error=Max("error", filter=~finished, default=""),
    )
    rate = 0.0
    if sums["recent"]:
        seconds = (
            (now if batch.state == BatchState.QUEUED else sums["last"]) - sums["since"]
        ).total_seconds()
        rate = sums["recent"] / max(seconds, 0.1)
    left = sums["total"] - sums["done"]
    seconds_left = round(left / rate) if rate and batch.state == BatchState.QUEUED else None
    return Progress(
        sums["total"], sums["done"], sums["signed"], sums["failed"], rate, seconds_left, sums["error"]
    )


def rows_needing_you(batch: IssuanceBatch) -> QuerySet[BatchRow]:
    """Return rows that were refused or could not be signed, in the order of the file."""
    return batch.rows.filter(state__in=[RowState.REFUSED, RowState.FAILED]).order_by("line")


def versions_of(batch: IssuanceBatch) -> list[Any]:
    """Return which achievements' versions a batch awards, with how many rows each."""
    rows = batch.rows.exclude(state__in=[RowState.REFUSED, RowState.NOTHING])
    return list(
        rows.values(
            "achievement_version__name",
            "achievement_version__offering_version__number",
            "achievement_version__offering_version__offering",
            "achievement_version__offering_version__offering__code",
        )
        .annotate(n=Count("id"), first=Min("awarded_on"), last=Max("awarded_on"))
        .order_by("-n", "achievement_version__name")
    )


def count_rows_needing_you(user: Any, *, now: datetime) -> int:
    """Return how many rows need the person in batches that they may see and that are not at an end."""
    batches = IssuanceBatch.objects.visible_to(user, now=now).exclude(
        state__in=[BatchState.CANCELED, BatchState.UNDONE]
    )
    rows = BatchRow.objects.filter(batch__in=batches, state__in=[RowState.REFUSED, RowState.FAILED])
    return rows.count()


def credentials_like(found: QuerySet[Credential], text: str) -> QuerySet[Credential]:
    """Return those whose person or achievement is meant: name, whole address, student number, or id."""
    text = text.strip()
    if not text:
        return found
    wanted = (
        Q(recipient__name__icontains=text)
        | Q(recipient__source_id=text)
        | Q(recipient__email=text.lower())
        | Q(achievement_version__name__icontains=text)
        | Q(achievement_version__achievement__offering__code__iexact=text)
    )
    bare = text.removeprefix("urn:uuid:")
    with contextlib.suppress(ValueError):
        wanted |= Q(urn=UUID(bare)) | Q(pk=UUID(bare))
    return found.filter(wanted)


def chain_of(credential: Credential) -> tuple[Credential | None, Credential | None]:
    """Return what a credential replaced and what replaced it."""
    successor = Credential.objects.filter(
        supersedes=credential,
        state__in=[CredentialState.RELEASED, CredentialState.SUPERSEDED, CredentialState.REVOKED],
    )
    return credential.supersedes, successor.select_related("achievement_version").first()


def rows_by_act_and_state(batch: IssuanceBatch) -> list[tuple[str, str, int]]:
    """Return (act, state, rows) of a batch."""
    found = BatchRow.objects.filter(batch=batch).values_list("act", "state").order_by()
    return list(found.annotate(n=Count("id")))
