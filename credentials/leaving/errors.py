"""What can be the case so that no exit kit is made."""

from django.utils.translation import gettext_lazy as _

from institution.errors import RegistryError


class KitPlaceTaken(RegistryError):
    code = "kit-place-taken"
    title = _("There is something at that place already.")
    remedy = _("Name a folder that is empty or not there yet, or a .zip file that is not there yet.")


class NoKeyForFinalLists(RegistryError):
    code = "no-key-for-final-lists"
    title = _("The issuer “{issuer}” has withdrawn credentials to list and no key that could sign the list.")
    remedy = _("Propose and confirm a key for this issuer, then make the kit.")
