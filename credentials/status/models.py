"""Bitstring status lists: which position belongs to nobody yet, which bits are set, what was published."""

import secrets
import uuid

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

LIST_LENGTH = 131_072  # entries; the least that Bitstring Status List v1.0 section 2.2 allows


def permutation_secret() -> bytes:
    """Return 32 random bytes: the key of a list's permutation of positions."""
    return secrets.token_bytes(32)


class PublishCause(models.TextChoices):
    """Why a list was signed anew."""

    OPENED = "opened", _("Opened")
    CHANGED = "changed", _("Something was withdrawn")
    RENEWED = "renewed", _("The last one was about to end")
    KEY = "key", _("Its key was compromised")


class StatusList(models.Model):
    """One list of a profile's pool. `taken` counts positions handed out; the secret scatters them.

    `document` is the signed list as served now. `dirty_since` says that it lags behind its entries.
    PII: none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    profile = models.ForeignKey("keys.IssuerProfile", models.PROTECT, related_name="status_lists")
    number = models.PositiveIntegerField()
    length = models.PositiveIntegerField(default=LIST_LENGTH)
    taken = models.PositiveIntegerField(default=0)
    secret = models.BinaryField(default=permutation_secret)
    document = models.TextField(blank=True)
    etag = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    dirty_since = models.DateTimeField(null=True)
    signing_key = models.ForeignKey("keys.SigningKey", models.PROTECT, null=True, related_name="+")
    journaled = models.BooleanField(default=False)  # whether the journal knows that it was opened

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_list_per_number", fields=["profile", "number"]),
            models.CheckConstraint(
                name="no_more_positions_than_length", condition=Q(taken__lte=models.F("length"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.number}"

    @property
    def url(self) -> str:
        return f"{self.profile.base_url}/status/{self.number}"


class SetBit(models.Model):
    """A bit that is set, for ever: this position is revoked. `act`: the event of who did it, and why.

    PII: none.
    """

    status_list = models.ForeignKey(StatusList, models.PROTECT, related_name="set_bits", db_index=False)
    index = models.PositiveIntegerField()
    set_at = models.DateTimeField()
    act = models.ForeignKey("events.Event", models.PROTECT, null=True, related_name="+", db_index=False)
    journaled = models.BooleanField(default=False)  # whether the journal on the other disk has it

    class Meta:
        constraints = [models.UniqueConstraint(name="a_bit_is_set_once", fields=["status_list", "index"])]
        indexes = [models.Index(name="bit_not_in_the_journal", fields=["id"], condition=Q(journaled=False))]
        triggers = [
            pgtrigger.Protect(name="set_bits_are_never_cleared", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="set_bits_never_move",
                operation=pgtrigger.Update,
                condition=(
                    pgtrigger.Q(old__index__df=pgtrigger.F("new__index"))
                    | pgtrigger.Q(old__status_list_id__df=pgtrigger.F("new__status_list_id"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.index)


class PublishedList(models.Model):
    """A signed list as it was once served, for questions about the past.

    PII: none.
    """

    status_list = models.ForeignKey(StatusList, models.PROTECT, related_name="history", db_index=False)
    published_at = models.DateTimeField()
    set_count = models.PositiveIntegerField()
    cause = models.CharField(max_length=8, choices=PublishCause, default=PublishCause.CHANGED)
    document = models.TextField()

    class Meta:
        indexes = [models.Index(name="published_by_time", fields=["status_list", "-published_at"])]

    def __str__(self) -> str:
        return f"{self.status_list_id} {self.published_at:%Y-%m-%d}"
