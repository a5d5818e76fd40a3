"""Partner systems: their OAuth clients, what they agreed to, and requests they may repeat safely."""

import uuid

from django.conf import settings
from django.db import models
from oauth2_provider.models import AbstractApplication


class PartnerClient(AbstractApplication):
    """An OAuth client of a partner system, with the scopes it may ask for and the service user it acts as.

    PII: the contact as a person of the partner's staff.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
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

    class Meta(AbstractApplication.Meta):
        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"

    def __str__(self) -> str:
        return self.name


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

    def __str__(self) -> str:
        return self.key
