"""What can be the case with a notice."""

from django.utils.translation import gettext_lazy as _

from institution.errors import RegistryError


class NoAddress(RegistryError):
    code = "no-address"
    title = _("This person has no address to write to.")
    remedy = _("Correct the address first.")
