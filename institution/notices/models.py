"""Messages to people: an outbox with its own rate, and the demo's mailbox."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from institution.accounts.authz import where_allowed
from institution.notices.states import NoticeState


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: Any, *, now: datetime) -> Self:
        """Notices of units at or below which the user's role may see the outbox."""
        return self.filter(where_allowed(user, "notices.view_outbox", "org_unit__path", now=now))


class Notice(models.Model):
    """One message to one address, written when it was decided and sent by the outbox.

    `dedupe_key` names the reason (`batch:<id>:recipient:<id>`), so that no reason tells twice; a resend
    is a new notice with `resend_of`. `about_type` and `about_id` name the row it is about.
    `org_unit` is whose staff may see it in the outbox.
    `said_in`: the message to the same address that says this too, so that one mail goes out.
    PII: address, subject and body, kept NOTICE_DAYS (180) days; then the row stays without them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="notices"
    )
    address = models.EmailField(blank=True)
    language = models.CharField(max_length=8, blank=True)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    about_type = models.CharField(max_length=40, blank=True)
    about_id = models.CharField(max_length=40, blank=True)
    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, null=True, related_name="+")
    group = models.CharField(max_length=60, blank=True)  # what belongs together, as `batch:<id>`
    dedupe_key = models.CharField(max_length=160, unique=True)
    resend_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="resends")
    said_in = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    state = models.CharField(max_length=8, choices=NoticeState, default=NoticeState.QUEUED)
    message_id = models.CharField(max_length=120, blank=True)
    trouble = models.CharField(max_length=200, blank=True)  # the mail host's answer, without addresses
    created_at = models.DateTimeField()
    sending_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(name="notice_outbox", fields=["created_at"], condition=Q(state="queued")),
            models.Index(name="notice_with_text", fields=["created_at"], condition=Q(erased_at=None)),
            models.Index(name="notice_about", fields=["about_type", "about_id"]),
            models.Index(name="notice_group", fields=["group", "state"], condition=~Q(group="")),
        ]

    def __str__(self) -> str:
        return self.kind


class MailboxMessage(models.Model):
    """A message as the demo's mail host received it: what would have left the house.

    PII: address and text, in demo and tests only.
    """

    id = models.BigAutoField(primary_key=True)
    message_id = models.CharField(max_length=120)
    to = models.EmailField()
    sender = models.CharField(max_length=200)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    html = models.TextField(blank=True)
    received_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.pk)
