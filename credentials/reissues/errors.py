"""What can be the case so that nothing is issued anew."""

from django.utils.translation import gettext_lazy as _

from institution.errors import RegistryError


class KeyNotCompromised(RegistryError):
    code = "key-not-compromised"
    title = _("This key is not marked as compromised, so what it signed stays valid.")
    remedy = _("An administrator marks it first.")
