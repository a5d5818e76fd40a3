"""Public keys as JSON Web Keys: read strictly, written with the members that make the key.

Rule: RFC 7517 (JWK), RFC 7518 section 6 (EC, RSA), RFC 8037 section 2 (OKP), RFC 7638 (thumbprint).
"""

from __future__ import annotations

import hashlib
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from credentials.canon import jcs
from credentials.canon.errors import ProofError
from credentials.proofs import multibase
from credentials.proofs.multibase import ED25519, P256, P384

PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
ALGORITHMS = {"EdDSA": ED25519, "Ed25519": ED25519, "ES256": P256, "ES384": P384, "RS256": "RSA"}

_CURVES: dict[str, tuple[ec.EllipticCurve, int]] = {P256: (ec.SECP256R1(), 32), P384: (ec.SECP384R1(), 48)}
_MAX_RSA_BYTES = 1_024
_MAX_EXPONENT_BYTES = 8


def read(jwk: object) -> tuple[str, bytes]:
    """Return kind and bytes of a public JWK. Raises ProofError "key-unresolvable"."""
    if not isinstance(jwk, dict) or not PRIVATE_MEMBERS.isdisjoint(jwk):
        raise ProofError("key-unresolvable", "A JWK is not an object, or holds a private key.")
    try:
        kind, data = _read(jwk)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ProofError("key-unresolvable", "A JWK holds no usable public key.") from error
    _check_use(jwk, kind)
    return kind, data


def write(key: ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey) -> dict[str, str]:
    """Return the required members of a public key's JWK, in the order of the alphabet."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        return {"crv": ED25519, "kty": "OKP", "x": multibase.base64url_encode(key.public_bytes_raw())}
    if isinstance(key, rsa.RSAPublicKey):
        return {
            "e": _integer_text(key.public_numbers().e),
            "kty": "RSA",
            "n": _integer_text(key.public_numbers().n),
        }
    numbers = key.public_numbers()
    kind, size = next((kind, size) for kind, (curve, size) in _CURVES.items() if curve.name == key.curve.name)
    return {
        "crv": kind,
        "kty": "EC",
        "x": multibase.base64url_encode(numbers.x.to_bytes(size)),
        "y": multibase.base64url_encode(numbers.y.to_bytes(size)),
    }


def thumbprint(required: dict[str, str]) -> str:
    """Return the SHA-256 thumbprint of the members that `write` gives."""
    return multibase.base64url_encode(hashlib.sha256(jcs.dumps(required)).digest())


def _read(jwk: dict[str, Any]) -> tuple[str, bytes]:
    kty, crv = jwk.get("kty"), jwk.get("crv")
    if kty == "OKP" and crv == ED25519:
        return ED25519, _bytes(jwk, "x", exactly=32)
    if kty == "EC" and isinstance(crv, str) and crv in _CURVES:
        curve, size = _CURVES[crv]
        x, y = _bytes(jwk, "x", exactly=size), _bytes(jwk, "y", exactly=size)
        point = ec.EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), curve).public_key()
        return crv, point.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    if kty == "RSA":
        n = _bytes(jwk, "n", at_most=_MAX_RSA_BYTES)
        e = _bytes(jwk, "e", at_most=_MAX_EXPONENT_BYTES)
        numbers = rsa.RSAPublicNumbers(int.from_bytes(e), int.from_bytes(n))
        der = numbers.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return "RSA", der
    raise ProofError("key-unresolvable", "A JWK is of a kind that is not used here.")


def _bytes(jwk: dict[str, Any], name: str, *, exactly: int = 0, at_most: int = 0) -> bytes:
    """Return the bytes of a member: as many as said, or a number without zeros in front."""
    value = jwk.get(name)
    try:
        data = multibase.base64url_decode(value) if isinstance(value, str) and len(value) < 2_048 else b""
    except ProofError:
        data = b""
    fits = len(data) == exactly if exactly else 0 < len(data) <= at_most and data[0] != 0
    if not fits:
        raise ProofError("key-unresolvable", f"The member {name} of a JWK is missing or malformed.")
    return data


def _check_use(jwk: dict[str, Any], kind: str) -> None:
    """Refuse a key that says it is not for checking signatures. Rule: RFC 7517, sections 4.2 to 4.4."""
    if "use" in jwk and jwk["use"] != "sig":
        raise ProofError("key-unresolvable", "A JWK is not for signatures.")
    if "key_ops" in jwk:
        uses = jwk["key_ops"]
        if not isinstance(uses, list) or "verify" not in uses:
            raise ProofError("key-unresolvable", "A JWK is not for checking signatures.")
    if "alg" in jwk:
        algorithm = jwk["alg"]
        if not isinstance(algorithm, str) or ALGORITHMS.get(algorithm) != kind:
            raise ProofError("key-unresolvable", "A JWK names an algorithm of another kind of key.")


def _integer_text(number: int) -> str:
    return multibase.base64url_encode(number.to_bytes((number.bit_length() + 7) // 8))
