"""The life of a batch, of its rows, and of a credential."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class BatchState(TextChoices):
    READING = "reading", _("Reading the file")
    DRAFT = "draft", _("Report to be read")
    QUEUED = "queued", _("Confirmed, signing")
    PAUSED = "paused", _("Paused")
    SIGNED = "signed", _("Signed, not yet released")
    RELEASED = "released", _("Released")
    CANCELING = "canceling", _("Canceling")  # rows that were being signed this moment are finished first
    CANCELED = "canceled", _("Canceled")
    UNDONE = "undone", _("Undone before release")


NEXT = {
    BatchState.READING: {BatchState.DRAFT, BatchState.CANCELED},
    BatchState.DRAFT: {BatchState.READING, BatchState.QUEUED, BatchState.CANCELED},
    BatchState.QUEUED: {BatchState.PAUSED, BatchState.SIGNED, BatchState.CANCELING},
    BatchState.PAUSED: {BatchState.QUEUED, BatchState.CANCELING, BatchState.SIGNED},
    BatchState.CANCELING: {BatchState.CANCELED},
    BatchState.SIGNED: {BatchState.RELEASED, BatchState.UNDONE},
    BatchState.RELEASED: set(),
    BatchState.CANCELED: {BatchState.RELEASED, BatchState.UNDONE},  # what was signed before the cancel
    BatchState.UNDONE: set(),
}


class RowState(TextChoices):
    REFUSED = "refused", _("Needs you")
    NOTHING = "nothing", _("Already issued, unchanged")
    PENDING = "pending", _("Waiting to be signed")
    SIGNED = "signed", _("Signed")
    FAILED = "failed", _("Could not be signed")
    CANCELED = "canceled", _("Canceled before signing")


class RowAct(TextChoices):
    """What a row asks for, shown in the dry run."""

    ISSUE = "issue", _("New credential")
    CORRECT = "correct", _("Correction of an earlier one")
    NOTHING = "nothing", _("Nothing: already issued")


class CredentialState(TextChoices):
    SIGNED = "signed", _("Signed, not yet released")
    RELEASED = "released", _("Valid")
    REVOKED = "revoked", _("Withdrawn")
    SUPERSEDED = "superseded", _("Replaced by a newer one")
    ERASED = "erased", _("Erased")


NEXT_CREDENTIAL = {
    CredentialState.SIGNED: {CredentialState.RELEASED, CredentialState.REVOKED, CredentialState.SUPERSEDED},
    CredentialState.RELEASED: {CredentialState.REVOKED, CredentialState.SUPERSEDED, CredentialState.ERASED},
    CredentialState.REVOKED: {CredentialState.ERASED},
    CredentialState.SUPERSEDED: {CredentialState.ERASED, CredentialState.REVOKED},
    CredentialState.ERASED: set(),
}

LIVE = (CredentialState.SIGNED, CredentialState.RELEASED)
MOVING = (BatchState.QUEUED, BatchState.CANCELING)  # something is to be done by workers
CLOSED = (BatchState.RELEASED, BatchState.CANCELED, BatchState.UNDONE)
RUNNING = (BatchState.QUEUED, BatchState.PAUSED)  # confirmed, and not at an end


class RevocationCode(TextChoices):
    """The public reason; the internal note never leaves (decisions 10)."""

    ISSUED_IN_ERROR = "issued_in_error", _("It was issued in error.")
    REPLACED = "replaced", _("It was replaced by a newer one.")
    WITHDRAWN = "withdrawn", _("The award was withdrawn.")
