"""What can be the case with keys so that something cannot be done."""

from django.utils.translation import gettext_lazy as _

from institution.errors import RegistryError


class NoActiveKey(RegistryError):
    code = "no-active-key"
    title = _("This issuer has no key that may sign.")
    remedy = _("One administrator proposes a key, and another one confirms it.")


class SecondPersonNeeded(RegistryError):
    code = "second-person-needed"
    title = _("Who proposed a key cannot confirm it.")
    remedy = _("Ask another administrator to confirm it.")
    status = 403


class NoPrivatePart(RegistryError):
    code = "no-private-part"
    title = _("The private part of this key was destroyed.")
    remedy = _("Propose a new key.")


class NoKeyEncryption(RegistryError):
    code = "no-key-encryption"
    title = _("KEY_ENCRYPTION_KEYS is not set, so no private key can be stored or used.")
    remedy = _("Set it in the environment; the operations manual says how.")
    status = 500


class WrongKeyEncryption(RegistryError):
    code = "wrong-key-encryption"
    title = _("None of the KEY_ENCRYPTION_KEYS opens this key.")
    remedy = _("Add the key encryption key that wrapped it to the list.")
    status = 500


class NoIssuerProfile(RegistryError):
    code = "no-issuer-profile"
    title = _("Neither this unit nor a unit above it has an issuer profile.")
    remedy = _("Ask an administrator to create one.")
