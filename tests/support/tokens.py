"""The college of the tests as an issuer of tokens: one key of each kind in its did.json, and bare JWKs beside it."""

from typing import Any

from credentials.tokens import vc_jwt
from tests.credentials.tokens.support import public_key, sign
from tests.support.issuers import Json, Saved, Signing

ALGORITHMS = ["EdDSA", "ES256", "ES384", "RS256"]


def jwk_url(issuer: Signing, algorithm: str) -> str:
    """Return the address of an issuer's bare JWK."""
    return issuer.did_url.removesuffix("did.json") + f"keys/{algorithm}"


def publish(saved: Saved, issuer: Signing, *revoked: int, **method: Any) -> Saved:
    """Save what an issuer of tokens publishes. method: more members of each of its keys."""
    issuer.publish(saved, *revoked)
    document = issuer.did_document()
    for algorithm in ALGORITHMS:
        own = f"{issuer.did}#{algorithm}"
        jwk = public_key(algorithm).to_jwk()
        entry = {"id": own, "type": "JsonWebKey", "controller": issuer.did, "publicKeyJwk": jwk}
        document["verificationMethod"].append(entry | method)
        document["assertionMethod"].append(own)
        saved.save(jwk_url(issuer, algorithm), jwk)
    saved.save(issuer.did_url, document)
    return saved


def token(
    document: Json, issuer: Signing, algorithm: str = "ES256", *, kid: str = "", profile: Any = "1edtech"
) -> str:
    """Return a document as a token of an issuer. kid: the fragment in its did.json by default."""
    bare = {name: value for name, value in document.items() if name != "proof"}
    prepared = vc_jwt.prepare(
        bare, algorithm=algorithm, key=kid or f"{issuer.did}#{algorithm}", profile=profile
    )
    return prepared.secured(sign(algorithm, prepared.to_sign))


__all__ = ["ALGORITHMS", "jwk_url", "publish", "token"]
