"""Reads of the desks that join several rooms."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from institution.accounts.authz import where_allowed
from institution.events.models import Event


def events_seen_by(
    actor: Any, *, now: datetime, kind: str = "", words: str = "", days: int | None = None
) -> "QuerySet[Event]":
    """Return the acts at units where somebody may see the audit trail, newest first, actors joined.

    kind: a prefix (`credential.`); words: in the actor's name; days: how far back.
    """
    found = Event.objects.filter(where_allowed(actor, "desk.view_audit", "unit_path", now=now))
    if kind:
        found = found.filter(kind__startswith=kind)
    if words:
        found = found.filter(Q(actor__name__icontains=words) | Q(target_id=words))
    if days is not None:
        found = found.filter(at__gte=now - timedelta(days=days))
    return found.select_related("actor").order_by("-id")
