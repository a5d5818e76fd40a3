"""The life of a composed record: which step may follow which."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ClrState(TextChoices):
    WAITING = "waiting", _("Being signed")
    SIGNED = "signed", _("Signed")
    FAILED = "failed", _("Not signed")
    REVOKED = "revoked", _("Out of date")  # something in it was withdrawn or replaced
    ERASED = "erased", _("Erased")


CURRENT = (ClrState.WAITING, ClrState.SIGNED)
