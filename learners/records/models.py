"""The person behind the recipients: who claimed what, and by which proof."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Learner(models.Model):
    """Somebody who signed in and claimed at least one Recipient. Owns the record.

    PII: through the user; the preferred name is what the record page shows.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="learner")
    preferred_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)


class ClaimLink(models.Model):
    """A single-use way to a record, bound to one recipient and the address it was sent to.

    Only the digest of its token is kept. Opening it claims nothing; the button does (decisions 8).
    A recipient told twice holds two open links; using one closes all.
    PII: the address's hash only.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey("issuing.Recipient", models.PROTECT, related_name="claim_links")
    token_digest = models.CharField(max_length=64, unique=True)
    address_digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)  # wrong answers to its question
    tried_at = models.DateTimeField(null=True)  # the last of them
    used_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                name="claim_link_open",
                fields=["recipient"],
                condition=Q(used_at__isnull=True, voided_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class IdentityClaim(models.Model):
    """A tie between a Learner and a Recipient, and the proof it rests on.

    PII: who is who; kept while the account lives, ended by "this is not me".
    """

    class Proof(models.TextChoices):
        LINK = "link", _("The link in a message")
        ADDRESS = "address", _("A proven address")
        SINGLE_SIGN_ON = "sso", _("The college's sign-on")
        REGISTRAR = "registrar", _("The registrar")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(Learner, models.PROTECT, related_name="claims")
    recipient = models.ForeignKey("issuing.Recipient", models.PROTECT, related_name="claims")
    proof = models.CharField(max_length=10, choices=Proof)
    claimed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_learner_per_recipient", fields=["recipient"], condition=Q(ended_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class HelpRequest(models.Model):
    """What a learner told us on the record page: this is not me, or my name is wrong.

    PII: the words of the person; erased a year after it was closed.
    """

    class Kind(models.TextChoices):
        NOT_ME = "not_me", _("This is not me")
        WRONG_NAME = "wrong_name", _("My name is wrong")
        WRONG_ADDRESS = "wrong_address", _("My address is wrong")
        OTHER = "other", _("Something else is wrong")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey("issuing.Recipient", models.PROTECT, related_name="help_requests")
    credential = models.ForeignKey("issuing.Credential", models.PROTECT, null=True, related_name="+")
    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=14, choices=Kind)
    text = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(name="help_open", fields=["opened_at"], condition=Q(closed_at__isnull=True))]

    def __str__(self) -> str:
        return str(self.get_kind_display())
