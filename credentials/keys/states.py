"""The life of a signing key: proposed by one, confirmed by another, retired or found compromised."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class KeyState(TextChoices):
    PROPOSED = "proposed", _("Waiting for a second administrator")
    ACTIVE = "active", _("Signing")
    RETIRED = "retired", _("Retired")
    COMPROMISED = "compromised", _("Compromised")
    DESTROYED = "destroyed", _("Private part destroyed")


NEXT = {
    KeyState.PROPOSED: {KeyState.ACTIVE, KeyState.DESTROYED},
    KeyState.ACTIVE: {KeyState.RETIRED, KeyState.COMPROMISED},
    KeyState.RETIRED: {KeyState.COMPROMISED, KeyState.DESTROYED},
    KeyState.COMPROMISED: set(),
    KeyState.DESTROYED: {KeyState.COMPROMISED},
}


class KeyKind(TextChoices):
    ED25519 = "ed25519", "Ed25519"
    P256 = "p256", "P-256"
    RSA2048 = "rsa2048", "RSA-2048"


class KeyPurpose(TextChoices):
    DATA_INTEGRITY = "data_integrity", _("Embedded proofs")
    JWT = "jwt", _("VC-JWT")
