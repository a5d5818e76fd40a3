"""Whom we know as issuers, contexts an administrator added, and how often was checked."""

import uuid

from django.conf import settings
from django.db import models


class TrustedIssuer(models.Model):
    """An issuer somebody vouches for, and where that came from.

    PII: who added it.
    """

    class Provenance(models.TextChoices):
        OWN = "own"
        ADMINISTRATOR = "administrator"
        REGISTRY = "registry"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    did = models.CharField(max_length=300, unique=True)
    name = models.CharField(max_length=200)
    url = models.URLField(blank=True)
    provenance = models.CharField(max_length=14, choices=Provenance)
    source = models.CharField(max_length=300, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class ContextFile(models.Model):
    """A JSON-LD context an administrator checked and added, by its hash.

    PII: who added it.
    """

    url = models.URLField(max_length=300, unique=True)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.url


class VerificationCount(models.Model):
    """How many documents were checked on a day with which verdict. Nothing of the documents is kept.

    PII: none.
    """

    day = models.DateField()
    verdict = models.CharField(max_length=40)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_count_per_day_and_verdict", fields=["day", "verdict"])
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.verdict}"
