"""The life of an upload, and what a row of it would do."""

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

SILENCE = timedelta(minutes=5)  # after which work on an upload counts as lost


class UploadState(TextChoices):
    READING = "reading", _("Reading the file")
    UNREADABLE = "unreadable", _("Cannot be read")
    READ = "read", _("Read")
    MAPPED = "mapped", _("Columns confirmed")
    STAGING = "staging", _("Comparing rows")
    PREVIEWED = "previewed", _("Preview ready")
    APPLYING = "applying", _("Taking rows over")
    APPLIED = "applied", _("Taken over")
    ABANDONED = "abandoned", _("Set aside")


_OPEN = {UploadState.MAPPED, UploadState.STAGING, UploadState.PREVIEWED, UploadState.ABANDONED}
NEXT = {
    UploadState.READING: {UploadState.READ, UploadState.UNREADABLE, UploadState.ABANDONED},
    UploadState.UNREADABLE: {UploadState.ABANDONED},
    UploadState.READ: {UploadState.MAPPED, UploadState.ABANDONED},
    UploadState.MAPPED: _OPEN,
    UploadState.STAGING: {UploadState.PREVIEWED, UploadState.STAGING, UploadState.ABANDONED},
    UploadState.PREVIEWED: {*_OPEN, UploadState.APPLYING, UploadState.APPLIED},
    UploadState.APPLYING: {UploadState.APPLYING, UploadState.APPLIED},
    UploadState.APPLIED: set(),
    UploadState.ABANDONED: set(),
}


class RowOutcome(TextChoices):
    ADDED = "added", _("New")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")
    FAULTY = "faulty", _("Needs you")
    ASKED = "asked", _("Needs a confirmation")
