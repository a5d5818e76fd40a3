"""What a learner shows to whom, until when, and who looked."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from learners.sharing.states import LinkState


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def of(self, learner: Any) -> Self:
        """Links that this learner made."""
        return self.filter(learner=learner)


class ConsentQuerySet(models.QuerySet["Consent"]):
    def of(self, learner: Any) -> Self:
        """Consents that this learner gave."""
        return self.filter(learner=learner)

    def to_partners(self) -> Self:
        """Those given to a partner's client, not to the holder of a link."""
        return self.filter(partner__isnull=False)

    def in_force(self, now: datetime) -> Self:
        return self.filter(withdrawn_at__isnull=True, given_at__lte=now, until__gt=now)


class ShareLink(models.Model):
    """A link to chosen credentials for one audience, until a moment, perhaps behind a passphrase.

    The token is kept encrypted, so that the learner can copy the link again; `token_digest` finds it.
    PII: the audience as the learner wrote it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey("records.Learner", models.PROTECT, related_name="share_links")
    token_digest = models.CharField(max_length=64, unique=True)
    token_sealed = models.TextField()
    audience = models.CharField(max_length=200)
    credentials = models.ManyToManyField("issuing.Credential", related_name="share_links")
    passphrase_hash = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_share_link_ends_after_it_begins", condition=Q(expires_at__gt=models.F("created_at"))
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def state(self, *, now: datetime) -> LinkState:
        """Return how the link stands at a moment."""
        if self.revoked_at is not None:
            return LinkState.REVOKED
        return LinkState.OPEN if self.expires_at > now else LinkState.EXPIRED


class Consent(models.Model):
    """A learner's yes: what may be shown to whom, from one moment until another.

    Either for a share link, or for a partner's client (a service user).
    PII: who agreed to what; kept six years as the disclosure record.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey("records.Learner", models.PROTECT, related_name="consents")
    share_link = models.OneToOneField(ShareLink, models.PROTECT, null=True, related_name="consent")
    partner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    purpose = models.CharField(max_length=300)
    given_at = models.DateTimeField()
    until = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consent_names_one_audience",
                condition=Q(share_link__isnull=False, partner__isnull=True)
                | Q(share_link__isnull=True, partner__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class AccessLog(models.Model):
    """Who opened a shared page or fetched under a consent, as far as we can honestly tell.

    PII: none of the visitor beyond a coarse description of the program they used.
    """

    id = models.BigAutoField(primary_key=True)
    consent = models.ForeignKey(Consent, models.PROTECT, related_name="accesses")
    at = models.DateTimeField()
    what = models.CharField(max_length=40)  # opened, downloaded, passphrase_refused, fetched
    visitor = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [models.Index(name="access_by_consent", fields=["consent", "-at"])]

    def __str__(self) -> str:
        return self.what
