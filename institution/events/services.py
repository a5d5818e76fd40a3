"""Write the audit trail, and read what a consumer has not taken yet."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef

from institution.events.models import Event, EventDelivery


def record(
    kind: str,
    *,
    actor: Any,
    target: models.Model,
    at: datetime,
    unit: Any = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Write one event in the caller's transaction.

    unit: the OrgUnit it concerns; taken from `target.org_unit` where there is one. data: ids and
    figures only, JSON-able, no names and no addresses.
    """
    if unit is None:
        unit = getattr(target, "org_unit", None)
    return Event.objects.create(
        kind=kind,
        actor=actor,
        at=at,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        unit_path=getattr(unit, "path", ""),
        data=data or {},
    )


def history_of(target: models.Model) -> "models.QuerySet[Event]":
    """Return what happened to a row, newest first, with the actors joined."""
    found = Event.objects.filter(target_type=target._meta.label_lower, target_id=str(target.pk))
    return found.select_related("actor").order_by("-id")


def undelivered(consumer: str, kinds: Iterable[str], *, limit: int = 500) -> list[Event]:
    """Return events of these kinds that a consumer has no delivery row for, oldest first.

    Never "id above the last one": transactions commit out of order.
    """
    taken = EventDelivery.objects.filter(event=OuterRef("pk"), consumer=consumer)
    return list(Event.objects.filter(~Exists(taken), kind__in=list(kinds)).order_by("id")[:limit])


@transaction.atomic
def mark_delivered(consumer: str, events: Iterable[Event], *, now: datetime) -> int:
    """Note that a consumer has taken these events; twice is once."""
    rows = [EventDelivery(event=event, consumer=consumer, at=now) for event in events]
    return len(EventDelivery.objects.bulk_create(rows, ignore_conflicts=True))
