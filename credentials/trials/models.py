"""Trials of batches. They stand in tables of their own, so no count or list of credentials can hold one."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from credentials.issuing.models import IssuanceBatch
from credentials.keys.counting import Signed, tally
from credentials.keys.models import SigningKey

TRY = "trials.try_batch"


class TrialQuerySet(models.QuerySet["Trial"]):
    def visible_to(self, user: Any, *, now: datetime) -> Self:
        """Trials of the batches that this person may see: it is the same rows."""
        return self.filter(batch__in=IssuanceBatch.objects.visible_to(user, now=now))

    def standing(self) -> Self:
        """Trials whose documents are still here."""
        return self.filter(removed_at=None)


class Trial(models.Model):
    """One look at what a batch would sign. Its documents go at `ends_at`, with the draft, or for another one.

    PII: who made it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(IssuanceBatch, models.PROTECT, related_name="trials", db_index=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    objects = TrialQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_standing_trial_per_batch", fields=["batch"], condition=Q(removed_at=None)
            )
        ]
        indexes = [models.Index(name="trials_by_end", fields=["ends_at"], condition=Q(removed_at=None))]

    def __str__(self) -> str:
        return str(self.pk)


class TrialDocument(models.Model):
    """One row's document as it would be, or why it cannot be signed: `faults` is [{path, rule, message}].

    PII: the document holds the name and a salted hash of the address; deleted when the trial ends.
    """

    id = models.BigAutoField(primary_key=True)
    trial = models.ForeignKey(Trial, models.CASCADE, related_name="documents", db_index=False)
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="+")
    achievement_version = models.ForeignKey("catalog.AchievementVersion", models.PROTECT, related_name="+")
    line = models.PositiveIntegerField()
    document = models.TextField(blank=True)
    faults = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_document_per_line", fields=["trial", "line"])]

    def __str__(self) -> str:
        return f"line {self.line}"


def signed_trials(key: SigningKey) -> Signed:
    """Return how many documents of trials that still stand a key signed."""
    found = tally(TrialDocument.objects.filter(key=key).exclude(document=""), key, "trial__made_at")
    return Signed(_("Trials"), url="", **found)
