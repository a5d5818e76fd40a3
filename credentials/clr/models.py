"""Records composed of credentials and signed as a whole (Comprehensive Learner Record 2.0)."""

import secrets
import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from credentials.clr.states import CURRENT, ClrState
from credentials.keys.counting import Signed, tally
from credentials.keys.models import SigningKey


def refresh_token() -> str:
    """Return 24 random bytes as text: the way to a record's newest state, for who holds the record."""
    return secrets.token_urlsafe(24)


class ComposedRecord(models.Model):
    """A ClrCredential around credentials of one person, asked for by that person and signed by a worker.

    Id, status entry and `valid_from` are committed before it is signed, as with every credential. One
    person asking for the same members gets the same document. `refresh` is the same for the ones that
    follow each other; its address stands in the document.
    PII: the document holds the name and a salted hash of the address, and so do its members; erased with them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    urn = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject_urn = models.UUIDField(default=uuid.uuid4, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recipient = models.ForeignKey("issuing.Recipient", models.PROTECT, related_name="+")
    profile = models.ForeignKey("keys.IssuerProfile", models.PROTECT, related_name="+")
    signing_key = models.ForeignKey("keys.SigningKey", models.PROTECT, null=True, related_name="+")
    status_list = models.ForeignKey("status.StatusList", models.PROTECT, related_name="+", db_index=False)
    status_index = models.PositiveIntegerField()
    members = models.ManyToManyField("issuing.Credential", related_name="composed_records")
    member_digest = models.CharField(max_length=64)  # SHA-256 of the members' ids, in order
    partial = models.BooleanField(default=False)  # the person chose some of what they hold
    refresh = models.CharField(max_length=40, default=refresh_token, db_index=True)
    salt = models.BinaryField()
    state = models.CharField(max_length=8, choices=ClrState, default=ClrState.WAITING)
    error = models.CharField(max_length=60, blank=True)
    valid_from = models.DateTimeField()
    asked_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    document = models.TextField(blank=True)
    digest = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_clr_per_status_entry", fields=["status_list", "status_index"]),
            models.UniqueConstraint(
                name="one_current_clr_per_person_and_members",
                fields=["asked_by", "member_digest"],
                condition=Q(state__in=CURRENT),
            ),
            models.CheckConstraint(
                name="a_signed_clr_has_its_text", condition=~Q(state="signed") | ~Q(document="")
            ),
        ]
        indexes = [
            models.Index(name="clr_queue", fields=["asked_at"], condition=Q(state="waiting")),
            models.Index(name="clr_by_digest", fields=["digest"]),
        ]
        triggers = [
            pgtrigger.Protect(
                name="signed_clr_never_changes",
                operation=pgtrigger.Update,
                condition=(
                    ~pgtrigger.Q(old__document="")
                    & ~pgtrigger.Q(new__state="erased")
                    & pgtrigger.Q(old__document__df=pgtrigger.F("new__document"))
                ),
            ),
            pgtrigger.Protect(name="clrs_are_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(self.pk)


def signed_records(key: SigningKey) -> Signed:
    """Return how many records a key signed; they end by themselves when what is in them is issued anew."""
    found = tally(ComposedRecord.objects.filter(signing_key=key), key, "signed_at")
    return Signed(_("Records signed as a whole"), url="", **found)
