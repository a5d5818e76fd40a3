"""What can be the case so that a batch cannot be tried out."""

from django.utils.translation import gettext_lazy as _

from institution.errors import RegistryError


class NoTrialKey(RegistryError):
    code = "no-trial-key"
    title = _("No key for trials signs here.")
    remedy = _("One administrator proposes one on the page of signing keys, and another one confirms it.")


class NothingToTry(RegistryError):
    code = "nothing-to-try"
    title = _("No row of this batch asks for a credential.")
    remedy = _("Correct the rows that need you, then upload the file again.")
