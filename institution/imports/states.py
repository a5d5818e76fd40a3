"""The life of an upload, and what a row of it would do."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class UploadState(TextChoices):
    READ = "read", _("Read")
    MAPPED = "mapped", _("Columns confirmed")
    PREVIEWED = "previewed", _("Preview ready")
    APPLIED = "applied", _("Taken over")
    ABANDONED = "abandoned", _("Set aside")


NEXT = {
    UploadState.READ: {UploadState.MAPPED, UploadState.ABANDONED},
    UploadState.MAPPED: {UploadState.MAPPED, UploadState.PREVIEWED, UploadState.ABANDONED},
    UploadState.PREVIEWED: {
        UploadState.MAPPED,
        UploadState.PREVIEWED,
        UploadState.APPLIED,
        UploadState.ABANDONED,
    },
    UploadState.APPLIED: set(),
    UploadState.ABANDONED: set(),
}


class RowOutcome(TextChoices):
    ADDED = "added", _("New")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")
    FAULTY = "faulty", _("Needs you")
    ASKED = "asked", _("Needs a confirmation")
