"""Private keys at rest: a data key per signing key, wrapped by a key encryption key of the environment.

AES-256-GCM with the row's id as associated data, so that a sealed key cannot be moved to another row.
"""

import base64
import hashlib
import os
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from credentials.keys.errors import NoKeyEncryption, WrongKeyEncryption

NONCE_BYTES = 12


@dataclass(frozen=True, slots=True, repr=False)
class Sealed:
    """What the database holds of a private key. Its repr shows nothing."""

    sealed: bytes
    wrapped_key: bytes
    wrapped_by: str


def seal(private: bytes, key_id: UUID) -> Sealed:
    """Return the private bytes encrypted by a fresh data key, and that key wrapped by the first KEK."""
    data_key = AESGCM.generate_key(256)
    wrapped, wrapped_by = wrap(data_key, key_id)
    return Sealed(_encrypt(data_key, private, _bound(b"private", key_id)), wrapped, wrapped_by)


def unseal(sealed: bytes, wrapped_key: bytes, wrapped_by: str, key_id: UUID) -> bytes:
    """Return the private bytes. Raises WrongKeyEncryption, NoKeyEncryption."""
    data_key = unwrap(wrapped_key, wrapped_by, key_id)
    try:
        return _decrypt(data_key, sealed, _bound(b"private", key_id))
    except InvalidTag:
        raise WrongKeyEncryption(key=str(key_id)) from None


def wrap(data_key: bytes, key_id: UUID) -> tuple[bytes, str]:
    """Return the data key encrypted by the first key encryption key, and the name of that one."""
    first = _encryption_keys()[0]
    return _encrypt(first, data_key, _bound(b"wrap", key_id)), name_of(first)


def unwrap(wrapped_key: bytes, wrapped_by: str, key_id: UUID) -> bytes:
    """Return the data key, opened by the key encryption key that wrapped it."""
    for candidate in _encryption_keys():
        if name_of(candidate) == wrapped_by:
            try:
                return _decrypt(candidate, wrapped_key, _bound(b"wrap", key_id))
            except InvalidTag:
                break
    raise WrongKeyEncryption(key=str(key_id))


def current_wrapper() -> str:
    """Return the name of the key encryption key that wraps from now on."""
    return name_of(_encryption_keys()[0])


def name_of(encryption_key: bytes) -> str:
    """Return the sixteen letters by which rows name a key encryption key; they tell nothing of it."""
    return hashlib.sha256(b"credential registry key encryption key" + encryption_key).hexdigest()[:16]


def _encryption_keys() -> list[bytes]:
    given = [
        base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)) for key in settings.KEY_ENCRYPTION_KEYS if key
    ]
    if given:
        return given
    if settings.PRODUCTION:
        raise NoKeyEncryption()
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"development key encryption key")
    return [derive.derive(settings.SECRET_KEY.encode())]


def _bound(purpose: bytes, key_id: UUID) -> bytes:
    return purpose + b":" + key_id.bytes


def _encrypt(key: bytes, data: bytes, associated: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, data, associated)


def _decrypt(key: bytes, data: bytes, associated: bytes) -> bytes:
    return AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], associated)
