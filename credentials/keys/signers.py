"""Whoever can sign bytes with a key. A signer takes bytes and knows nothing of documents.

A new kind of store (PKCS#11, a cloud KMS) is one more class with `sign_many`, named by `signer_for`.
"""

import os
import time
from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from credentials.keys.errors import NoActiveKey, NoPrivatePart
from credentials.keys.models import SigningKey
from credentials.keys.sealing import Sealed, seal, unseal
from credentials.keys.states import KeyKind, KeyState

CACHE_SECONDS = 300  # how long an opened key stays in the memory of a process
P256_BYTES = 32
RSA_EXPONENT = 65537
RSA_BITS = 2048

PrivateKey = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class Signer(Protocol):
    """Signs bytes; many at once, so that a distant store can take them in one call."""

    def sign_many(self, messages: Sequence[bytes]) -> list[bytes]: ...


class Ed25519Signer:
    """Ed25519: 64 bytes each, the same for the same message."""

    def __init__(self, private: ed25519.Ed25519PrivateKey) -> None:
        self._sign = private.sign

    def sign_many(self, messages: Sequence[bytes]) -> list[bytes]:
        return [self._sign(message) for message in messages]


class P256Signer:
    """ECDSA with P-256 and SHA-256: r and s, 32 bytes each; RFC 6979, so the same for the same message."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private

    def sign_many(self, messages: Sequence[bytes]) -> list[bytes]:
        return [self._sign(message) for message in messages]

    def _sign(self, message: bytes) -> bytes:
        signature = self._private.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        r, s = decode_dss_signature(signature)
        return r.to_bytes(P256_BYTES, "big") + s.to_bytes(P256_BYTES, "big")


class RsaSigner:
    """RSASSA-PKCS1-v1_5 with SHA-256 (RS256), as the 1EdTech JWT profile wants it."""

    def __init__(self, private: rsa.RSAPrivateKey) -> None:
        self._private = private

    def sign_many(self, messages: Sequence[bytes]) -> list[bytes]:
        return [self._private.sign(message, padding.PKCS1v15(), hashes.SHA256()) for message in messages]


_opened: dict[tuple[int, UUID], tuple[float, Signer]] = {}


def signer_for(key: SigningKey) -> Signer:
    """Return the signer of an active key; the opened key stays in this process's memory for minutes.

    key: freshly read, for its state decides. A forked child opens its own.
    Raises NoActiveKey, NoPrivatePart, WrongKeyEncryption.
    """
    place = (os.getpid(), key.pk)
    if key.state != KeyState.ACTIVE:
        _opened.pop(place, None)
        raise NoActiveKey(key=str(key.pk))
    known = _opened.get(place)
    if known and known[0] > time.monotonic():
        return known[1]
    signer = _open(key)
    forget_opened_keys()
    _opened[place] = (time.monotonic() + CACHE_SECONDS, signer)
    return signer


def forget_opened_keys() -> None:
    """Drop opened keys whose time is over, and those of another process."""
    here, now = os.getpid(), time.monotonic()
    for place in [place for place, (until, _) in _opened.items() if until <= now or place[0] != here]:
        del _opened[place]


def generate(kind: str, key_id: UUID) -> tuple[bytes, Sealed]:
    """Return a new pair: the public part as rows hold it, and the private part sealed."""
    private: PrivateKey
    if kind == KeyKind.ED25519:
        private = ed25519.Ed25519PrivateKey.generate()
    elif kind == KeyKind.P256:
        private = ec.generate_private_key(ec.SECP256R1())
    else:
        private = rsa.generate_private_key(public_exponent=RSA_EXPONENT, key_size=RSA_BITS)
    der = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return _public_bytes(private), seal(der, key_id)


def _public_bytes(private: PrivateKey) -> bytes:
    public = private.public_key()
    if isinstance(public, ed25519.Ed25519PublicKey):
        return public.public_bytes_raw()
    if isinstance(public, ec.EllipticCurvePublicKey):
        return public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
    return public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _open(key: SigningKey) -> Signer:
    if key.sealed is None or key.wrapped_key is None:
        raise NoPrivatePart(key=str(key.pk))
    der = unseal(bytes(key.sealed), bytes(key.wrapped_key), key.wrapped_by, key.pk)
    private = serialization.load_der_private_key(der, password=None)
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return Ed25519Signer(private)
    if isinstance(private, ec.EllipticCurvePrivateKey):
        return P256Signer(private)
    if isinstance(private, rsa.RSAPrivateKey):
        return RsaSigner(private)
    raise NoPrivatePart(key=str(key.pk))
