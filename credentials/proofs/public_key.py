"""A public key of a verification method: the only thing that a proof is checked against.

From Multikey (`from_multikey`), JWK (`from_jwk`) or DER (`from_der`); to Multikey, JWK, thumbprint.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from credentials.canon.errors import ProofError
from credentials.proofs import jwk as jwk_form
from credentials.proofs import multibase
from credentials.proofs.multibase import ED25519, P256, P384

RSA = "RSA"
CURVES: dict[str, ec.EllipticCurve] = {P256: ec.SECP256R1(), P384: ec.SECP384R1()}
_HASHES: dict[str, hashes.HashAlgorithm] = {P256: hashes.SHA256(), P384: hashes.SHA384()}
SIGNATURE_LENGTHS = {ED25519: 64, P256: 64, P384: 96}
MIN_RSA_BITS = 2_048  # RFC 7518, section 3.3
MAX_RSA_BITS = 8_192  # so that a stranger's key costs no more than milliseconds
MIN_RSA_EXPONENT = 65_537  # FIPS 186-5, section 5.4
MAX_RSA_EXPONENT = 2**32

_Loaded = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey


@dataclass(frozen=True)
class PublicKey:
    """kind: "Ed25519", "P-256", "P-384" or "RSA".

    data: raw for Ed25519, the compressed point for P-256 and P-384, SubjectPublicKeyInfo in DER
    for RSA (as rows of SigningKey hold them).
    """

    kind: str
    data: bytes

    @classmethod
    def from_multikey(cls, text: object) -> PublicKey:
        """Return the key of `publicKeyMultibase`. Raises ProofError "key-unresolvable"."""
        key = cls(*multibase.decode_multikey(text))
        _load(key)
        return key

    @classmethod
    def from_jwk(cls, jwk: object) -> PublicKey:
        """Return the key of a JWK (RFC 7517): OKP Ed25519, EC P-256 or P-384, RSA of 2,048 bits or more.

        Refused: private members, `use` or `key_ops` for something other than signatures, an `alg`
        of another kind of key. Other members, such as `kid`, are ignored.
        Raises ProofError "key-unresolvable".
        """
        key = cls(*jwk_form.read(jwk))
        _load(key)
        return key

    @classmethod
    def from_der(cls, der: bytes) -> PublicKey:
        """Return the key of a SubjectPublicKeyInfo in DER. Raises ProofError "key-unresolvable"."""
        try:
            key = _taken(load_der_public_key(der))
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise ProofError("key-unresolvable", "A public key is not DER of a kind used here.") from error
        _load(key)
        return key

    @functools.cached_property
    def _loaded(self) -> _Loaded:
        """The key as the library takes it: of this object's own kind and data, which never change."""
        return _load(self)

    def to_multikey(self) -> str:
        """Return the key as Multikey text. Raises ProofError "malformed" for RSA, which has none."""
        return multibase.encode_multikey(self.kind, self.data)

    def to_jwk(self) -> dict[str, str]:
        """Return the members of the JWK that make the key: kty, crv, x, y, or kty, n, e."""
        return jwk_form.write(_load(self))

    def thumbprint(self) -> str:
        """Return the SHA-256 thumbprint of the JWK, base64url. Rule: RFC 7638, section 3; RFC 8037."""
        return jwk_form.thumbprint(self.to_jwk())

    @property
    def signature_length(self) -> int:
        """How many bytes a signature of this key has; ECDSA as r and s side by side."""
        known = SIGNATURE_LENGTHS.get(self.kind)
        return known if known is not None else (_load(self).key_size + 7) // 8  # type: ignore[union-attr]

    def verify(self, signature: bytes, data: bytes) -> bool:
        """Tell whether this key signed the data.

        Ed25519; ECDSA with SHA-256 (P-256) or SHA-384 (P-384), r and s side by side; RSA with
        PKCS #1 v1.5 and SHA-256. A signature of another length never holds.
        """
        if len(signature) != self.signature_length:
            return False
        key = self._loaded
        try:
            if isinstance(key, ed25519.Ed25519PublicKey):
                key.verify(signature, data)
            elif isinstance(key, rsa.RSAPublicKey):
                key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
            else:
                half = len(signature) // 2
                r, s = int.from_bytes(signature[:half]), int.from_bytes(signature[half:])
                key.verify(encode_dss_signature(r, s), data, ec.ECDSA(_HASHES[self.kind]))
        except (InvalidSignature, ValueError):
            return False
        return True


def _taken(loaded: object) -> PublicKey:
    if isinstance(loaded, ed25519.Ed25519PublicKey):
        return PublicKey(ED25519, loaded.public_bytes_raw())
    if isinstance(loaded, rsa.RSAPublicKey):
        return PublicKey(RSA, loaded.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    if isinstance(loaded, ec.EllipticCurvePublicKey):
        for kind, curve in CURVES.items():
            if loaded.curve.name == curve.name:
                point = loaded.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
                return PublicKey(kind, point)
    raise ProofError("key-unresolvable", "A public key is of a kind that is not used here.")


@functools.lru_cache(maxsize=256)
def _load(key: PublicKey) -> _Loaded:
    try:
        if key.kind == ED25519:
            return ed25519.Ed25519PublicKey.from_public_bytes(key.data)
        if key.kind == RSA:
            return _sound(load_der_public_key(key.data))
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVES[key.kind], key.data)
    except (ValueError, TypeError, KeyError, UnsupportedAlgorithm) as error:
        raise ProofError("key-unresolvable", "A public key is not a point of its curve.") from error


def _sound(key: Any) -> rsa.RSAPublicKey:
    if not isinstance(key, rsa.RSAPublicKey) or not MIN_RSA_BITS <= key.key_size <= MAX_RSA_BITS:
        raise ProofError("key-unresolvable", f"An RSA key has fewer than {MIN_RSA_BITS} bits, or far more.")
    exponent = key.public_numbers().e
    if not MIN_RSA_EXPONENT <= exponent < MAX_RSA_EXPONENT or exponent % 2 == 0:
        raise ProofError("key-unresolvable", "An RSA key has an exponent that is not used.")
    return key
