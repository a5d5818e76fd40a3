"""Open drafts pass to somebody else when their writer leaves."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from credentials.catalog.models import OfferingVersion
from credentials.catalog.states import VersionState
from institution.accounts.models import User
from institution.accounts.work import WorkItem
from institution.events.services import record

OPEN = (VersionState.DRAFT, VersionState.SUBMITTED)


def drafts_of(user: User) -> list[WorkItem]:
    """Return the open versions somebody began, as things they hold."""
    rows = OfferingVersion.objects.filter(created_by=user, state__in=OPEN).order_by("title", "pk")
    return [WorkItem(row.title, reverse("catalog:detail", args=[row.offering_id])) for row in rows]


def hand_over_drafts(user: User, heir: User, *, actor: Any, now: datetime) -> int:
    """Give somebody's open versions to an heir; approved ones keep the name of who wrote them."""
    moved = OfferingVersion.objects.filter(created_by=user, state__in=OPEN).update(created_by=heir)
    if moved:
        record("offerings.handed_over", actor=actor, target=heir, at=now, data={"count": moved})
    return moved
