"""Where private parts live. A signer takes bytes and knows nothing of documents.

A new kind of store, such as a cloud KMS, is one class with the four methods of `Store` and a line in
`settings.KEY_STORES`; nothing else in the portal knows where a key is. `docs/operations.md` says how.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from django.conf import settings
from django.utils.module_loading import import_string

from credentials.keys.errors import NoPrivatePart, NoSuchStore
from credentials.keys.sealing import Sealed, seal, unseal
from credentials.keys.states import KeyKind

P256_BYTES = 32
RSA_EXPONENT = 65537
RSA_BITS = 2048

PrivateKey = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PublicKey = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey


class Signer(Protocol):
    """Signs bytes; many at once, so that a distant store can take them in one call.

    Signatures as proofs and tokens write them: Ed25519 64 bytes; P-256 r and s, 32 bytes each, over
    SHA-256; RSA PKCS #1 v1.5 over SHA-256.
    """

    def sign_many(self, messages: Sequence[bytes]) -> list[bytes]: ...


@dataclass(frozen=True, slots=True, repr=False)
class Made:
    """A new or found pair. public: as rows hold it. handle: how the store names it. sealed: database only."""

    public: bytes
    handle: str = ""
    sealed: Sealed | None = None


class Store(Protocol):
    """A place where private keys are made, used and destroyed. None of its methods gives a private key.

    kind: of `KeyKind`. key: a SigningKey row, of which `pk`, `kind` and `handle` may be read.
    A store that cannot be reached raises a RegistryError; a chunk of a batch then stays open.
    """

    def make(self, kind: str, key_id: UUID) -> Made:
        """Make a pair and return its public part."""

    def find(self, kind: str, handle: str) -> Made:
        """Return the public part of a pair that stands in the store already. Raises NoSuchKey."""

    def open(self, key: Any) -> Signer:
        """Return what signs with the private part. Raises NoPrivatePart."""

    def destroy(self, key: Any) -> None:
        """Destroy the private part; one that is gone already is no failure."""


@cache
def store_named(name: str) -> Store:
    """Return the store of that name. Raises NoSuchStore."""
    path = settings.KEY_STORES.get(name)
    if path is None:
        raise NoSuchStore(store=name)
    store: Store = import_string(path)()
    return store


class DatabaseStore:
    """The row itself: encrypted with a data key that a key encryption key of the environment wraps."""

    def make(self, kind: str, key_id: UUID) -> Made:
        """Make a pair and seal its private part for the row of that id."""
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
        return Made(public_bytes_of(private.public_key()), sealed=seal(der, key_id))

    def find(self, kind: str, handle: str) -> Made:
        """Refuse: the database holds no key that it did not make."""
        raise NoSuchStore(store="database")

    def open(self, key: Any) -> Signer:
        """Unseal the private part into this process's memory."""
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

    def destroy(self, key: Any) -> None:
        """Do nothing here: the service empties the row's columns."""


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


def public_bytes_of(public: PublicKey) -> bytes:
    """Return a public key as rows hold it: raw, compressed point, or DER for RSA."""
    if isinstance(public, ed25519.Ed25519PublicKey):
        return public.public_bytes_raw()
    if isinstance(public, ec.EllipticCurvePublicKey):
        return public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
    return public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
