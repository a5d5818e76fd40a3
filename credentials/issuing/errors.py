"""What can be the case with batches and credentials so that something cannot be done."""

from django.utils.translation import gettext_lazy as _

from institution.errors import RegistryError


class NothingToSign(RegistryError):
    code = "nothing-to-sign"
    title = _("No row of this batch asks for a credential.")
    remedy = _("Correct the rows that need you, then upload the file again.")


class HoldNotOver(RegistryError):
    code = "hold-not-over"
    title = _("This batch is held until {until}.")
    remedy = _("Release it then, or undo it now.")


class SecondPersonReleases(RegistryError):
    code = "second-person-releases"
    title = _("Who confirmed a batch does not release it here.")
    remedy = _("Ask another registrar to release it.")
    status = 403


class CountsDisagree(RegistryError):
    code = "counts-disagree"
    title = _("The counts of this batch do not agree with its rows.")
    remedy = _("Nothing is released. Tell the people who run the portal.")
    status = 500
