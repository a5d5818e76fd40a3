"""A spreadsheet that came in: the file, how its columns were understood, and its rows one by one."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from institution.accounts.authz import where_allowed
from institution.imports.states import RowOutcome, UploadState


class UploadQuerySet(models.QuerySet["Upload"]):
    def light(self) -> Self:
        """Without the bytes, for pages."""
        return self.defer("content", "packed")

    def workable_by(self, user: Any, permission: str, *, now: datetime) -> Self:
        """Those at or below the units where the person may do this."""
        return self.filter(where_allowed(user, permission, "org_unit__path", now=now))

    def silent_since(self, moment: datetime) -> Self:
        """Those whose work in the background has given no sign of life since then."""
        work = [UploadState.READING, UploadState.STAGING, UploadState.APPLYING]
        return self.filter(state__in=work, touched_at__lt=moment)


class Upload(models.Model):
    """A file somebody uploaded, kept as it came, with the mapping of its columns.

    `kind` names what its rows mean (`catalog.offerings`, `issuing.completions`, `frameworks.rsd`);
    the room of that name gives the meaning. `mapping`: {field: column index}. `answers`: what the
    file lacks and was asked once. `columns`: header texts in order. `packed`: the lines of a workbook,
    as gzipped CSV, so that it is parsed once. `encoding` is "packed" for those.
    PII: the file may hold names and addresses; bytes, sample and rows are dropped 30 days after the upload.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="uploads")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    file_name = models.CharField(max_length=200)
    content = models.BinaryField(null=True)
    packed = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=UploadState, default=UploadState.READ)
    encoding = models.CharField(max_length=20, blank=True)
    delimiter = models.CharField(max_length=4, blank=True)
    sheet = models.CharField(max_length=120, blank=True)
    sheets = models.JSONField(default=list)
    header_line = models.PositiveIntegerField(null=True)  # null: the file has no header
    first_data_line = models.PositiveIntegerField(default=1)
    columns = models.JSONField(default=list)
    sample = models.JSONField(default=list)  # the first rows, as lists of texts
    row_count = models.PositiveIntegerField(default=0)
    mapping = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    findings = models.JSONField(default=list)  # sentences about the file as a whole
    notes = models.JSONField(default=dict)  # what the room wants to remember of this upload; no personal data
    touched_at = models.DateTimeField(null=True)  # last sign of life of the work on it
    applied_at = models.DateTimeField(null=True)
    objects = UploadQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(name="upload_by_kind", fields=["kind", "-uploaded_at"])]

    def __str__(self) -> str:
        return self.file_name

    @property
    def delimiter_label(self) -> str:
        """The separator in words."""
        words = {",": _("comma"), ";": _("semicolon"), "tab": _("tab"), "|": _("vertical bar")}
        return str(words.get(self.delimiter, self.delimiter))


class ColumnMapping(models.Model):
    """How columns of such a header were understood the last time, per kind and unit.

    PII: none.
    """

    kind = models.CharField(max_length=40)
    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="+")
    header_digest = models.CharField(max_length=64)  # SHA-256 of the normalized header texts
    mapping = models.JSONField()
    answers = models.JSONField(default=dict)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_mapping_per_header", fields=["kind", "org_unit", "header_digest"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.header_digest[:8]}"


class StagedRow(models.Model):
    """One row of an upload with what it would do, and everything that is wrong with it.

    `values`: {field: text}. `faults`: [{column, value, message, remedy}]. `changes`: [{field, old, new}].
    PII: as the upload; rows are dropped with its bytes.
    """

    id = models.BigAutoField(primary_key=True)
    upload = models.ForeignKey(Upload, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()  # as a spreadsheet counts, from 1
    key = models.CharField(max_length=300, blank=True)
    values = models.JSONField()
    outcome = models.CharField(max_length=10, choices=RowOutcome)
    faults = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    question = models.CharField(max_length=40, blank=True)  # code of what needs a confirmation
    confirmed = models.BooleanField(null=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_staged_row_per_line", fields=["upload", "line"]),
            models.CheckConstraint(
                name="a_faulty_row_says_why", condition=~Q(outcome="faulty") | ~Q(faults=[])
            ),
        ]
        indexes = [
            models.Index(name="staged_by_outcome", fields=["upload", "outcome", "line"]),
            models.Index(
                name="staged_not_applied", fields=["upload", "id"], condition=Q(applied_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.line}"
