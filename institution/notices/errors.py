"""What can be the case with a notice."""

from django.utils.translation import gettext_lazy as _

from institution.errors import RegistryError


class NoAddress(RegistryError):
    code = "no-address"
    title = _("This person has no address to write to.")
    remedy = _("Correct the address first.")


class TextErased(RegistryError):
    code = "text-erased"
    title = _("The text of this message is no longer kept.")
    remedy = _("Send a fresh link from the help desk instead.")
