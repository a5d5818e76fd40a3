"""The life of a signing key: proposed by one, confirmed by another, signing, retired or found compromised."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class KeyState(TextChoices):
    PROPOSED = "proposed", _("Waiting for a second administrator")
    CONFIRMED = "confirmed", _("Published, signs soon")
    ACTIVE = "active", _("Signing")
    RETIRED = "retired", _("Retired")
    COMPROMISED = "compromised", _("Compromised")
    DESTROYED = "destroyed", _("Private part destroyed")


NEXT = {
    KeyState.PROPOSED: {KeyState.CONFIRMED, KeyState.ACTIVE, KeyState.DESTROYED},
    KeyState.CONFIRMED: {KeyState.ACTIVE, KeyState.RETIRED, KeyState.COMPROMISED},
    KeyState.ACTIVE: {KeyState.RETIRED, KeyState.COMPROMISED},
    KeyState.RETIRED: {KeyState.COMPROMISED, KeyState.DESTROYED},
    KeyState.COMPROMISED: set(),
    KeyState.DESTROYED: {KeyState.COMPROMISED},
}


class KeyKind(TextChoices):
    ED25519 = "ed25519", "Ed25519"
    P256 = "p256", "P-256"
    RSA2048 = "rsa2048", "RSA-2048"


LIBRARY_KINDS = {
    KeyKind.ED25519: "Ed25519",
    KeyKind.P256: "P-256",
    KeyKind.RSA2048: "RSA",
}  # of proofs.PublicKey
ALGORITHMS = {KeyKind.RSA2048: "RS256", KeyKind.P256: "ES256", KeyKind.ED25519: "EdDSA"}  # RFC 7518, RFC 8037


class KeyPurpose(TextChoices):
    DATA_INTEGRITY = "data_integrity", _("Embedded proofs")
    JWT = "jwt", _("VC-JWT")
    TRIAL = "trial", _("Trials, by a did:key")


class KeyStore(TextChoices):
    """Where the private part lives; each is a class named in `settings.KEY_STORES`."""

    DATABASE = "database", _("In the database, encrypted")
    TOKEN = "pkcs11", _("On a hardware token (PKCS#11)")
