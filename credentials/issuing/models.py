"""Who earned what, the batches in which it is signed, and the signed documents."""

import uuid
from datetime import UTC, datetime
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from credentials.issuing.states import LIVE, BatchState, CredentialState, RevocationCode, RowAct, RowState
from institution.accounts.authz import where_allowed


class Recipient(models.Model):
    """Who a source system says earned something; known before anybody signs in.

    `key` is what matches a person: `<source>:<source_id>`, else `mail:<address in lower case>`.
    PII: name, address, source id and a salted mark of the birth date; kept as long as one of their credentials lives; erased by
    `erase_recipient`, which leaves the row without them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.CharField(max_length=40)  # the system that named them: "sis"
    source_id = models.CharField(max_length=80, blank=True)
    key = models.CharField(max_length=330, unique=True)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=8, blank=True)
    birth_mark = models.CharField(max_length=100, blank=True, db_default="")  # salted, of the date of birth
    created_at = models.DateTimeField()
    disputed_at = models.DateTimeField(null=True)  # somebody said: this is not me

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_recipient_per_source_id", fields=["source", "source_id"], condition=~Q(source_id="")
            )
        ]
        indexes = [models.Index(name="recipient_by_email", fields=["email"])]

    def __str__(self) -> str:
        return str(self.pk)


class IssuanceBatchQuerySet(models.QuerySet["IssuanceBatch"]):
    def visible_to(self, user: Any, *, now: datetime) -> Self:
        """Batches of a unit where the user's role may see them, and those the user prepared."""
        mine = where_allowed(user, "issuing.view_batch", "org_unit__path", now=now)
        return self.filter(mine | Q(created_by=user))


class IssuanceBatch(models.Model):
    """One run: from a file or a roster, through dry run, signing and release.

    Counts are written by the services that move rows; a check at the end compares them with the rows.
    PII: who uploaded, confirmed and released it.
    """

    class Origin(models.TextChoices):
        FILE = "file"
        ROSTER = "roster"
        API = "api"
        CORRECTION = "correction"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="batches")
    title = models.CharField(max_length=200)
    origin = models.CharField(max_length=10, choices=Origin)
    upload = models.ForeignKey("imports.Upload", models.PROTECT, null=True, related_name="batches")
    source = models.CharField(max_length=40, default="sis")
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.DRAFT)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)  # when rows that became no credential were emptied
    row_count = models.PositiveIntegerField(default=0)
    issue_count = models.PositiveIntegerField(default=0)
    refused_count = models.PositiveIntegerField(default=0)
    nothing_count = models.PositiveIntegerField(default=0)
    correction_count = models.PositiveIntegerField(default=0)
    signed_count = models.PositiveIntegerField(default=0)
    failed_count = models.PositiveIntegerField(default=0)
    objects = IssuanceBatchQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(name="batch_by_state", fields=["state", "-created_at"])]
        constraints = [
            models.CheckConstraint(
                name="a_running_batch_was_confirmed",
                condition=~Q(state__in=["queued", "paused", "signed", "released"])
                | Q(confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_released_batch_says_when",
                condition=~Q(state="released") | Q(released_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def to_sign_count(self) -> int:
        """How many credentials a confirmation asks for."""
        return self.issue_count + self.correction_count


class SigningChunk(models.Model):
    """Some hundred lines of a confirmed batch: what one transaction signs. An open chunk is work to do.

    `seed`: from which ids and salts of its credentials are drawn; from their reservation until they are signed.
    PII: none.
    """

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(IssuanceBatch, models.PROTECT, related_name="chunks", db_index=False)
    first_line = models.PositiveIntegerField()
    last_line = models.PositiveIntegerField()
    row_count = models.PositiveIntegerField()
    reserved_at = models.DateTimeField(null=True)
    seed = models.BinaryField(null=True)
    finished_at = models.DateTimeField(null=True)
    signed_count = models.PositiveIntegerField(default=0)
    failed_count = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=60, blank=True)  # code of what stopped it the last time

    class Meta:
        constraints = [models.UniqueConstraint(name="one_chunk_per_line", fields=["batch", "first_line"])]
        indexes = [models.Index(name="open_chunks", fields=["batch", "id"], condition=Q(finished_at=None))]

    def __str__(self) -> str:
        return f"lines {self.first_line} to {self.last_line}"

    @property
    def valid_from(self) -> datetime:
        """Return the validFrom of its credentials, frozen when they were reserved; UTC, whole seconds."""
        if self.reserved_at is None:
            raise ValueError("nothing is reserved")
        return self.reserved_at.astimezone(UTC).replace(microsecond=0)


class ReservedPlaces(models.Model):
    """Places of a status list that a chunk holds: `first` up to and without `end`, before they are scattered.

    PII: none.
    """

    id = models.BigAutoField(primary_key=True)
    chunk = models.ForeignKey(SigningChunk, models.PROTECT, related_name="places")
    status_list = models.ForeignKey("status.StatusList", models.PROTECT, related_name="+", db_index=False)
    first = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="places_are_held_once", fields=["status_list", "first"])]

    def __str__(self) -> str:
        return f"{self.first} to {self.end}"


class BatchRow(models.Model):
    """One completion: the queue itself. Its state says what is to be done.

    `result`: [{description, value, achieved_level}]. `digest` covers everything that reaches the
    document but the version, so that the same completion sent again changes nothing.
    PII: name, address, source id, narrative and evidence address as the source wrote them, and a salted mark
    of the birth date; kept with the credential, else 30 days; `erase_recipient` and `forget_rows` empty them.
    """

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(IssuanceBatch, models.PROTECT, related_name="rows", db_index=False)
    line = models.PositiveIntegerField()
    source_id = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    birth_mark = models.CharField(max_length=100, blank=True, db_default="")
    achievement_version = models.ForeignKey(
        "catalog.AchievementVersion", models.PROTECT, null=True, related_name="+", db_index=False
    )
    awarded_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    result = models.JSONField(default=list)
    credits = models.DecimalField(max_digits=6, decimal_places=2, null=True)  # earned, of the version's
    narrative = models.TextField(blank=True)
    evidence_url = models.URLField(max_length=1000, blank=True)
    award_key = models.CharField(max_length=64, blank=True)  # SHA-256, decisions 6
    digest = models.CharField(max_length=64, blank=True)
    act = models.CharField(max_length=8, choices=RowAct, default=RowAct.ISSUE)
    corrects = models.ForeignKey("Credential", models.PROTECT, null=True, related_name="+", db_index=False)
    state = models.CharField(max_length=8, choices=RowState, default=RowState.PENDING)
    faults = models.JSONField(default=list)  # [{column, value, message, remedy}]
    values = models.JSONField(default=dict)  # of a refused row, as it came

    class Meta:
        constraints = [models.UniqueConstraint(name="one_row_per_line", fields=["batch", "line"])]
        indexes = [  # docs/decisions/0019
            models.Index(
                name="rows_needing_you",
                fields=["batch", "line"],
                condition=Q(state__in=["refused", "failed"]),
            )
        ]

    def __str__(self) -> str:
        return f"line {self.line}"


class CredentialQuerySet(models.QuerySet["Credential"]):
    def visible_to(self, user: Any, *, now: datetime) -> Self:
        """Credentials issued at or below a unit where the user's role may see them."""
        return self.filter(where_allowed(user, "issuing.view_credential", "org_unit__path", now=now))

    def out_in_the_world(self) -> Self:
        """Released ones, and those that were released before they were revoked or superseded."""
        return self.filter(released_at__isnull=False).exclude(state=CredentialState.ERASED)

    def live(self) -> Self:
        return self.filter(state__in=LIVE)


class Credential(models.Model):
    """A signed AchievementCredential with its status entry; ids and entry were reserved before it was signed.

    `urn` is the document's id, `subject_urn` its subject's. `document` is the signed text, byte for
    byte; `digest` its SHA-256. `org_unit` is the unit of the offering when it was issued.
    `supersedes`: the old one, which ends when this one is released.
    PII: the document holds the name and a salted hash of the address; erasing leaves a tombstone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    urn = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject_urn = models.UUIDField(default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(IssuanceBatch, models.PROTECT, related_name="credentials", db_index=False)
    row = models.OneToOneField(BatchRow, models.PROTECT, related_name="credential")
    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="credentials", db_index=False)
    achievement_version = models.ForeignKey(
        "catalog.AchievementVersion", models.PROTECT, related_name="credentials"
    )
    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="+", db_index=False)
    profile = models.ForeignKey(
        "keys.IssuerProfile", models.PROTECT, related_name="credentials", db_index=False
    )
    signing_key = models.ForeignKey(
        "keys.SigningKey", models.PROTECT, null=True, related_name="credentials", db_index=False
    )
    status_list = models.ForeignKey("status.StatusList", models.PROTECT, related_name="+", db_index=False)
    status_index = models.PositiveIntegerField()
    salt = models.BinaryField()  # of the hashed address, 16 bytes
    language = models.CharField(max_length=16, default="en")
    awarded_on = models.DateField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    award_key = models.CharField(max_length=64)
    content_digest = models.CharField(max_length=64)  # of the row, to tell a correction
    state = models.CharField(max_length=10, choices=CredentialState)
    document = models.TextField(blank=True)
    digest = models.BinaryField(null=True)
    signed_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="successor")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    revocation_code = models.CharField(max_length=16, choices=RevocationCode, blank=True)
    revocation_note = models.TextField(blank=True)  # internal, never leaves
    objects = CredentialQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_credential_per_status_entry", fields=["status_list", "status_index"]
            ),
            models.UniqueConstraint(
                name="one_live_credential_per_award",
                fields=["award_key"],  # a correction that waits for its release stands beside the old one
                condition=Q(state="released") | Q(state="signed", supersedes__isnull=True),
            ),
            models.CheckConstraint(
                name="a_signed_credential_has_its_text",
                condition=Q(state="erased") | ~Q(document=""),
            ),
            models.CheckConstraint(
                name="a_revoked_credential_says_why",
                condition=~Q(state="revoked") | Q(revoked_at__isnull=False) & ~Q(revocation_code=""),
            ),
        ]
        indexes = [
            models.Index(name="credential_by_recipient", fields=["recipient"]),
            models.Index(name="credential_by_batch_state", fields=["batch", "state"]),
            models.Index(  # docs/decisions/0019
                name="signed_by_digest", fields=["digest"], condition=Q(digest__isnull=False)
            ),
            models.Index(  # docs/decisions/0018
                name="credential_by_key", fields=["signing_key"], condition=Q(signing_key__isnull=False)
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="signed_text_never_changes",
                operation=pgtrigger.Update,
                condition=(
                    ~pgtrigger.Q(old__document="")
                    & ~pgtrigger.Q(new__state="erased")
                    & pgtrigger.Q(old__document__df=pgtrigger.F("new__document"))
                ),
            ),
            pgtrigger.Protect(name="credentials_are_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(self.pk)
