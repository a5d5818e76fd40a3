"""Batches that nobody has confirmed yet pass to somebody else when their maker leaves."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from credentials.issuing.models import IssuanceBatch
from credentials.issuing.states import BatchState
from institution.accounts.models import User
from institution.accounts.work import WorkItem
from institution.events.services import record

OPEN = (BatchState.READING, BatchState.DRAFT)


def batches_of(user: User) -> list[WorkItem]:
    """Return the unconfirmed batches somebody prepared, as things they hold."""
    rows = IssuanceBatch.objects.filter(created_by=user, state__in=OPEN).order_by("-created_at", "pk")
    return [WorkItem(row.title, reverse("issuing:detail", args=[row.pk])) for row in rows]


def hand_over_batches(user: User, heir: User, *, actor: Any, now: datetime) -> int:
    """Give somebody's unconfirmed batches to an heir; confirmed ones keep the name of who made them."""
    moved = IssuanceBatch.objects.filter(created_by=user, state__in=OPEN).update(created_by=heir)
    if moved:
        record("batches.handed_over", actor=actor, target=heir, at=now, data={"count": moved})
    return moved
