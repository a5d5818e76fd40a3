"""What strangers read about an issuer: did.json, bare keys, and its profile in documents.

The verifier's internal source takes the very bytes that the public addresses give (decisions 1).
"""

from typing import Any

import orjson

from credentials.documents import did as did_documents
from credentials.documents.model import IssuerProfile as ProfileModel
from credentials.keys.models import IssuerProfile, SigningKey
from credentials.keys.states import ALGORITHMS, LIBRARY_KINDS, KeyKind, KeyPurpose, KeyState
from credentials.proofs.public_key import PublicKey

DID_TYPE = "application/did+json"
JWK_TYPE = "application/jwk+json"


def did_document(profile: IssuerProfile) -> bytes:
    """Return did.json as served: every confirmed key for ever, compromised ones marked and not trusted."""
    keys = [_did_key(key) for key in profile.keys.published().order_by("kid")]
    document = did_documents.build_did_document(profile.did, keys)
    return orjson.dumps(document)


def jwk_bytes(key: SigningKey) -> bytes:
    """Return the bare JWK of a confirmed key, as `kid` of a VC-JWT finds it."""
    return orjson.dumps(public_jwk(key))


def public_jwk(key: SigningKey) -> dict[str, Any]:
    """Return the public key as a JWK (RFC 7517) whose `kid` is its address."""
    kind = KeyKind(key.kind)
    members = PublicKey(LIBRARY_KINDS[kind], bytes(key.public_key)).to_jwk()
    return {"kid": f"{key.profile.base_url}/keys/{key.kid}", "use": "sig", "alg": ALGORITHMS[kind]} | members


def profile_model(profile: IssuerProfile) -> ProfileModel:
    """Return the issuer as the builders of documents want it."""
    return ProfileModel(
        id=profile.did,
        name=profile.name,
        url=profile.url,
        email=profile.email,
        description=profile.description,
    )


def _did_key(key: SigningKey) -> did_documents.DidKey:
    state = did_documents.KeyState.RETIRED
    if key.state == KeyState.COMPROMISED:
        state = did_documents.KeyState.COMPROMISED
    elif key.state in (KeyState.ACTIVE, KeyState.CONFIRMED):
        state = did_documents.KeyState.ACTIVE
    as_jwk = key.purpose == KeyPurpose.JWT or key.kind == KeyKind.RSA2048
    return did_documents.DidKey(
        fragment=key.kid,
        multikey="" if as_jwk else key.public_multibase,
        jwk=public_jwk(key) if as_jwk else None,
        state=state,
        revoked_at=key.revoked_at,
    )
