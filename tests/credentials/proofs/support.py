"""Published figures, signers over them, and a small document to sign."""

import json
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from credentials.canon.errors import ProofError
from credentials.proofs import multibase
from credentials.proofs.public_key import PublicKey

VECTORS = Path(__file__).parents[2] / "vectors"
EDDSA = json.loads((VECTORS / "vc-di-eddsa" / "figures.json").read_text())
ECDSA = json.loads((VECTORS / "vc-di-ecdsa" / "figures.json").read_text())
BADGES = json.loads((VECTORS / "open-badges-3" / "figures.json").read_text())

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ED, P256, P384 = EDDSA["keys"][0], ECDSA["keys"][0], ECDSA["keys"][1]

DOCUMENT = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ],
    "id": "urn:uuid:6e0e1d4c-3a6f-4f3f-9a55-000000000001",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": "did:web:college.example",
    "name": "Glazing",
    "credentialSubject": {"id": "did:example:1", "type": ["AchievementSubject"]},
}


def method(key: dict) -> str:
    return f"did:key:{key['public']}#{key['public']}"


def sign_with(key: dict):
    """Return a function that signs with a published secret key."""
    kind, secret = multibase.decode_secret_multikey(key["secret"])
    if kind == "Ed25519":
        return ed25519.Ed25519PrivateKey.from_private_bytes(secret).sign
    curve, hash_, size = (
        (ec.SECP256R1(), hashes.SHA256(), 32) if kind == "P-256" else (ec.SECP384R1(), hashes.SHA384(), 48)
    )
    private = ec.derive_private_key(int.from_bytes(secret), curve)

    def sign(data: bytes) -> bytes:
        r, s = decode_dss_signature(private.sign(data, ec.ECDSA(hash_)))
        return r.to_bytes(size) + s.to_bytes(size)

    return sign


def resolve(url: str) -> PublicKey:
    """Give the key of a did:key URL, as a test's resolver may."""
    if not url.startswith("did:key:"):
        raise ProofError("key-unresolvable", "not here")
    return PublicKey.from_multikey(url.partition("#")[2])
