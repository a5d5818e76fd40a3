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


class NoSuchStore(RegistryError):
    code = "no-such-key-store"
    title = _("Keys cannot be kept or found in the place {store}.")
    remedy = _("Name it in KEY_STORES, or choose another place.")


class NoSuchKey(RegistryError):
    code = "no-such-key"
    title = _("The token holds no key of that kind under that id.")
    remedy = _("Give the id (CKA_ID) in hex, as the token's own tool lists it.")


class TokenUnavailable(RegistryError):
    code = "token-unavailable"
    title = _("The hardware token cannot be used: {said}.")
    remedy = _("Check PKCS11_MODULE, PKCS11_TOKEN and PKCS11_PIN, and whether the device is connected.")
    status = 503


class TokenLacksKind(RegistryError):
    code = "token-lacks-kind"
    title = _("The hardware token does not make keys of this kind.")
    remedy = _("Choose another kind, or keep the key in the database.")


class KeyWaitsAlready(RegistryError):
    code = "key-waits-already"
    title = _("Another confirmed key waits to sign for this issuer.")
    remedy = _("Retire the one that waits first.")
