"""Bitstring status lists: which position belongs to nobody yet, which bits are set, what was published."""

import secrets
import uuid

from django.db import models
from django.db.models import Q

LIST_LENGTH = 131_072  # entries; the least that Bitstring Status List v1.0 section 2.2 allows


def permutation_secret() -> bytes:
    """Return 32 random bytes: the key of a list's permutation of positions."""
    return secrets.token_bytes(32)


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
    """A bit that is set, for ever: this position is revoked.

    PII: none.
    """

    status_list = models.ForeignKey(StatusList, models.PROTECT, related_name="set_bits")
    index = models.PositiveIntegerField()
    set_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="a_bit_is_set_once", fields=["status_list", "index"])]

    def __str__(self) -> str:
        return str(self.index)


class PublishedList(models.Model):
    """A signed list as it was once served, for questions about the past.

    PII: none.
    """

    status_list = models.ForeignKey(StatusList, models.PROTECT, related_name="history")
    published_at = models.DateTimeField()
    set_count = models.PositiveIntegerField()
    document = models.TextField()

    class Meta:
        indexes = [models.Index(name="published_by_time", fields=["status_list", "-published_at"])]

    def __str__(self) -> str:
        return f"{self.status_list_id} {self.published_at:%Y-%m-%d}"
