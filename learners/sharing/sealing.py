"""Tokens of share links at rest: found by their digest, readable again for the learner who made them.

AES-256-GCM under a key derived from a key encryption key (RFC 5869), bound to the link's row.
"""

import base64
import hashlib
import os
import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

TOKEN_BYTES = 24
NONCE_BYTES = 12
PURPOSE = b"share link token"


def new_token() -> str:
    """Return 24 random bytes, base64url."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    """Return the SHA-256 of a token, in hexadecimal."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def seal(token: str, link_id: UUID) -> str:
    """Return the token encrypted under the first key, base64url."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(_keys()[0]).encrypt(nonce, token.encode(), link_id.bytes)
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(sealed: str, link_id: UUID) -> str:
    """Return the token; empty if no key opens it any more, or the row is not the one it was sealed for."""
    data = base64.urlsafe_b64decode(sealed)
    for key in _keys():
        try:
            return AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], link_id.bytes).decode()
        except InvalidTag:
            continue
    return ""


def _keys() -> list[bytes]:
    """Return a key for each key encryption key: the first seals, all open."""
    given = [
        base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)) for key in settings.KEY_ENCRYPTION_KEYS if key
    ]
    if not given and settings.PRODUCTION:
        raise ImproperlyConfigured("KEY_ENCRYPTION_KEYS is not set, so no share link can be made.")
    return [_derive(key) for key in given or [settings.SECRET_KEY.encode()]]


def _derive(key: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=PURPOSE).derive(key)
