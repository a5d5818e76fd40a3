"""The second factor: who must have one, who has, and how its secret is kept."""

import base64
from datetime import datetime
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from institution.accounts.models import Institution, RoleAssignment, User
from institution.accounts.roles import Role

NEEDS_FACTOR = (Role.ADMINISTRATOR, Role.REGISTRAR)
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes alone are none


def owes_factor(user: Any, *, now: datetime) -> bool:
    """Return whether this person's role asks for a second factor that they have not set up.

    Programs sign in by their own secret and owe none; a substitute owes it as the holder does.
    """
    if not settings.REQUIRE_SECOND_FACTOR or not user.is_authenticated or user.kind != User.Kind.PERSON:
        return False
    held = RoleAssignment.objects.of(user).in_force(now).filter(role__in=NEEDS_FACTOR)
    if not user.is_superuser and not held.exists():
        return False
    return not Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists()


class FactorAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps and recovery codes are encrypted where they lie."""

    def get_totp_issuer(self) -> str:
        institution = Institution.objects.first()
        return institution.name if institution else "Credential Registry"

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()


def reseal_factors() -> int:
    """Seal every stored secret with the first of KEY_ENCRYPTION_KEYS; return how many people's."""
    box = FactorAdapter()
    rows = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)
    for row in rows:
        for name in {"secret", "seed"} & set(row.data):
            row.data[name] = box.encrypt(box.decrypt(row.data[name]))
        row.save(update_fields=["data"])
    return len({row.user_id for row in rows})


def _box() -> MultiFernet:
    """Return what the first of KEY_ENCRYPTION_KEYS closes and all of them open.

    Each is used through HKDF (RFC 5869), so that no key serves two ends.
    """
    secrets = settings.KEY_ENCRYPTION_KEYS or [settings.SECRET_KEY]
    return MultiFernet([Fernet(_derived(secret.encode())) for secret in secrets])


def _derived(secret: bytes) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"second factors at rest")
    return base64.urlsafe_b64encode(derive.derive(secret))
