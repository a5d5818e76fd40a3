"""Key pairs of every algorithm, made once for a run, and a small credential to sign."""

import functools
import json
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from credentials.proofs.public_key import PublicKey

VECTORS = Path(__file__).parents[2] / "vectors"
JOSE = json.loads((VECTORS / "jose" / "figures.json").read_text())

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ISSUER = "did:web:college.example"
KEY_URL = f"{ISSUER}#key-1"
ALGORITHMS = ["EdDSA", "ES256", "ES384", "RS256"]

BADGE = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ],
    "id": "urn:uuid:6e0e1d4c-3a6f-4f3f-9a55-000000000001",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": ISSUER, "type": ["Profile"], "name": "Riverbend"},
    "validFrom": "2026-05-01T10:00:00Z",
    "validUntil": "2027-05-01T10:00:00Z",
    "name": "Glazing",
    "credentialSubject": {"id": "did:example:1", "type": ["AchievementSubject"]},
}
PLAIN = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential"],
    "issuer": ISSUER,
    "credentialSubject": {"id": "did:example:1"},
}


@functools.cache
def private_key(algorithm: str):
    """Return the private key of an algorithm; the same one within a run."""
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    if algorithm == "RS256":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1() if algorithm == "ES256" else ec.SECP384R1())


def public_key(algorithm: str) -> PublicKey:
    """Return the public half."""
    public = private_key(algorithm).public_key()
    return PublicKey.from_der(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def sign(algorithm: str, data: bytes) -> bytes:
    """Return a signature as a Signer gives it: ECDSA as r and s side by side."""
    key = private_key(algorithm)
    if algorithm == "EdDSA":
        return key.sign(data)
    if algorithm == "RS256":
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    size, hash_ = (32, hashes.SHA256()) if algorithm == "ES256" else (48, hashes.SHA384())
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hash_)))
    return r.to_bytes(size) + s.to_bytes(size)


def token(prepared, algorithm: str = "ES256") -> str:
    """Return a prepared token with its signature."""
    return prepared.secured(sign(algorithm, prepared.to_sign))


def resolver(algorithm: str = "ES256", url: str = KEY_URL):
    """Return a resolver that knows one key under one URL."""
    from credentials.canon.errors import ProofError

    def resolve(wanted: str) -> PublicKey:
        if wanted != url:
            raise ProofError("key-unresolvable", wanted)
        return public_key(algorithm)

    return resolve
