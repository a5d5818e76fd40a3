"""The audit trail: what happened, who did it, when. Append-only, read by upper rooms as an outbox."""

import pgtrigger
from django.conf import settings
from django.db import models


class Event(models.Model):
    """Something that happened: noun and past verb (`offering.approved`), with ids and never with names.

    PII: the actor's id; names are looked up when shown. Kept as the audit of decisions.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=60)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    target_type = models.CharField(max_length=40)  # app_label.model
    target_id = models.CharField(max_length=40)
    unit_path = models.CharField(max_length=120, blank=True)  # of the unit it concerns
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(name="event_by_target", fields=["target_type", "target_id", "-id"]),
            models.Index(name="event_by_kind", fields=["kind", "-id"]),
            models.Index(name="event_by_actor", fields=["actor", "-id"]),
        ]
        triggers = [
            pgtrigger.Protect(name="events_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.kind


class EventDelivery(models.Model):
    """A note that one consumer (webhooks, a registry, auto-claim) has taken an event.

    PII: none.
    """

    event = models.ForeignKey(Event, models.PROTECT, related_name="deliveries")
    consumer = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_delivery_per_consumer", fields=["event", "consumer"])
        ]

    def __str__(self) -> str:
        return f"{self.consumer} · {self.event_id}"
