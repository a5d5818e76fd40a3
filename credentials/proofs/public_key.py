"""A public key of a verification method: the only thing that a proof is checked against."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from credentials.canon.errors import ProofError
from credentials.proofs import multibase
from credentials.proofs.multibase import ED25519, P256, P384

_CURVES: dict[str, ec.EllipticCurve] = {P256: ec.SECP256R1(), P384: ec.SECP384R1()}
_HASHES: dict[str, hashes.HashAlgorithm] = {P256: hashes.SHA256(), P384: hashes.SHA384()}
SIGNATURE_LENGTHS = {ED25519: 64, P256: 64, P384: 96}


@dataclass(frozen=True)
class PublicKey:
    """kind: "Ed25519", "P-256" or "P-384". data: raw for Ed25519, the compressed point otherwise."""

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
        """Return the key of `publicKeyJwk`. Raises ProofError "key-unresolvable"."""
        if not isinstance(jwk, dict) or "d" in jwk:
            raise ProofError("key-unresolvable", "A JWK is not an object, or holds a private key.")
        try:
            return _from_jwk(jwk)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise ProofError("key-unresolvable", "A JWK holds no usable public key.") from error

    def to_multikey(self) -> str:
        """Return the key as Multikey text."""
        return multibase.encode_multikey(self.kind, self.data)

    def verify(self, signature: bytes, data: bytes) -> bool:
        """Tell whether this key signed the data. ECDSA signatures are r and s side by side."""
        if len(signature) != SIGNATURE_LENGTHS[self.kind]:
            return False
        key = _load(self)
        try:
            if isinstance(key, ed25519.Ed25519PublicKey):
                key.verify(signature, data)
            else:
                half = len(signature) // 2
                r, s = int.from_bytes(signature[:half]), int.from_bytes(signature[half:])
                key.verify(encode_dss_signature(r, s), data, ec.ECDSA(_HASHES[self.kind]))
        except (InvalidSignature, ValueError):
            return False
        return True


@functools.lru_cache(maxsize=256)
def _load(key: PublicKey) -> ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey:
    try:
        if key.kind == ED25519:
            return ed25519.Ed25519PublicKey.from_public_bytes(key.data)
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[key.kind], key.data)
    except (ValueError, KeyError, UnsupportedAlgorithm) as error:
        raise ProofError("key-unresolvable", "A public key is not a point of its curve.") from error


def _from_jwk(jwk: dict[str, Any]) -> PublicKey:
    kind = jwk.get("crv")
    x = multibase.base64url_decode(str(jwk.get("x", "")))
    if jwk.get("kty") == "OKP" and kind == ED25519 and len(x) == 32:
        key = PublicKey(ED25519, x)
        _load(key)
        return key
    if jwk.get("kty") == "EC" and isinstance(kind, str) and kind in _CURVES:
        y = multibase.base64url_decode(str(jwk.get("y", "")))
        size = 32 if kind == P256 else 48
        if len(x) == len(y) == size:
            numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), _CURVES[kind])
            point = numbers.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
            return PublicKey(kind, point)
    raise ProofError("key-unresolvable", "A JWK is of a kind that is not used here.")
