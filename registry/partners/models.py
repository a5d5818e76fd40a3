"""Partner systems: their OAuth clients, what changed for them, and requests they may repeat safely."""

import uuid
from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from oauth2_provider.models import AbstractApplication

from institution.accounts.authz import where_allowed


class PartnerClientQuerySet(models.QuerySet["PartnerClient"]):
    def visible_to(self, user: Any, *, now: datetime) -> Self:
        """Clients of units whose partners the person manages."""
        return self.filter(where_allowed(user, "partners.manage_clients", "org_unit__path", now=now))

    def usable(self) -> Self:
        return self.filter(disabled_at__isnull=True, service_user__is_active=True)

    def asking_learners(self) -> Self:
        """Those in use that may read credentials of learners who say yes."""
        return self.usable().filter(allowed_scopes__regex=r"(^|\s)credentials\.read(\s|$)")


class PartnerClient(AbstractApplication):
    """An OAuth client of a partner system, with the scopes it may ask for and the service user it acts as.

    It acts at `org_unit` and the units below. Its secret is kept as a hash and shown once.
    PII: the contact as a person of the partner's staff; erased when the client is deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    org_unit = models.ForeignKey(
        "accounts.OrgUnit", models.PROTECT, null=True, blank=True, related_name="partner_clients"
    )
    service_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="partner_clients"
    )
    allowed_scopes = models.TextField(blank=True, default="catalog.read")
    purpose = models.CharField(max_length=300, blank=True)
    client_uri = models.URLField(blank=True)
    logo_uri = models.URLField(blank=True)
    tos_uri = models.URLField(blank=True)
    policy_uri = models.URLField(blank=True)
    software_id = models.CharField(max_length=200, blank=True)
    software_version = models.CharField(max_length=60, blank=True)
    contact = models.EmailField(blank=True)
    system = models.ForeignKey(
        "memory.SystemRecord", models.PROTECT, null=True, blank=True, related_name="partner_clients"
    )
    disabled_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)  # when it last asked for a token
    objects: ClassVar[Any] = PartnerClientQuerySet.as_manager()

    class Meta(AbstractApplication.Meta):
        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"

    def __str__(self) -> str:
        return self.name

    @property
    def scopes(self) -> list[str]:
        """Return the scopes it may ask for."""
        return self.allowed_scopes.split()

    def is_usable(self, request: Any) -> bool:
        """Return whether tokens are given to it and taken from it (asked by the OAuth library)."""
        user = self.service_user
        return self.disabled_at is None and user is not None and user.is_active


class IdempotencyKey(models.Model):
    """A request a partner may send twice: the first answer, kept for a day.

    PII: none; answers hold ids.
    """

    client = models.ForeignKey(PartnerClient, models.CASCADE, related_name="idempotency_keys")
    key = models.CharField(max_length=120)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_answer_per_idempotency_key", fields=["client", "key"])
        ]
        indexes = [models.Index(name="idempotency_key_by_age", fields=["created_at"])]

    def __str__(self) -> str:
        return self.key


class Change(models.Model):
    """One line of the list that partners read: which thing changed, or is no more.

    Written one after the other under a lock, after the event was committed. So `position` never grows
    past something that still comes, and a partner who keeps the last position misses nothing.
    PII: none.
    """

    class Kind(models.TextChoices):
        OFFERING = "offering"
        ACHIEVEMENT = "achievement"
        FRAMEWORK = "framework"
        BATCH = "batch"
        CREDENTIAL = "credential"
        CONSENT = "consent"

    class Action(models.TextChoices):
        CHANGED = "changed"
        DELETED = "deleted"

    position = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=12, choices=Kind)
    object_id = models.UUIDField()
    action = models.CharField(max_length=8, choices=Action)
    why = models.CharField(max_length=40)  # the event's kind: "credential.revoked"
    at = models.DateTimeField()  # when it happened
    listed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="change_by_listing", fields=["listed_at", "position"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} {self.action}"
