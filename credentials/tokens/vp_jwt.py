"""Presentations as JWTs (`vp+jwt`), made by a holder for one receiver and one question.

Rule: Securing VCs using JOSE and COSE, section 3.1.2; VC Data Model 1.1, section 6.3.1 (the claim
`vp`, reading only).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credentials.canon import strict_json
from credentials.canon.errors import SECURITY, ProofError
from credentials.canon.nquads import is_absolute_iri
from credentials.proofs.public_key import PublicKey
from credentials.tokens import claims as registered
from credentials.tokens import jws
from credentials.tokens.jws import Jws, PreparedToken
from credentials.tokens.presentation import require_holder
from credentials.tokens.vc_jwt import key_url_of

Document = dict[str, Any]
_TYPES = {"vp+jwt", "vp+ld+jwt", "vp+ld+json+jwt", "jwt", ""}


@dataclass(frozen=True)
class VpJwt:
    """A token and the presentation in it; believe it only after `verify`."""

    jws: Jws
    document: Document
    claims: Mapping[str, Any]


def read(token: str) -> VpJwt:
    """Return a token's presentation and claims. Raises ProofError like jws.read, "malformed"."""
    parts = jws.read(token)
    if parts.typ not in _TYPES:
        raise ProofError("malformed", "The token says that it is something other than a presentation.")
    document, claims = registered.split(strict_json.loads(parts.payload))
    if "vp" in document:
        document = _older(document["vp"], claims)
    kinds = document.get("type")
    if "VerifiablePresentation" not in (kinds if isinstance(kinds, list) else [kinds]):
        raise ProofError("malformed", "The token holds no presentation.")
    return VpJwt(parts, document, claims)


def verify(
    vp: VpJwt, *, resolve: Callable[[str], PublicKey], now: datetime, audience: str, nonce: str
) -> PublicKey:
    """Return the holder's key, if it signed this for the audience and the nonce. Raises ProofError.

    resolve: gives the key for a URL, found in the holder's own document under `authentication`.
    The credentials inside are still to be verified (presentation.members).
    """
    url = key_url_of(vp.jws.header, registered.id_of(vp.document.get("holder")))
    key = resolve(url)
    jws.require(vp.jws, key)
    require_holder(vp.document, url)
    if "iss" in vp.claims and vp.claims["iss"] != url.partition("#")[0]:
        raise ProofError("issuer-mismatch", "The token names another maker than its key does.")
    registered.check_times(vp.claims, now=now)
    named = vp.claims.get("aud")
    if (named if isinstance(named, list) else [named]) != [audience]:
        problem = SECURITY + "INVALID_DOMAIN_ERROR"
        raise ProofError("signature-invalid", "The presentation was made for another receiver.", problem)
    if vp.claims.get("nonce") != nonce:
        problem = SECURITY + "INVALID_CHALLENGE_ERROR"
        raise ProofError("signature-invalid", "The presentation answers another question.", problem)
    return key


def prepare(
    presentation: Document, *, algorithm: str, key: str, audience: str, nonce: str, issued_at: datetime
) -> PreparedToken:
    """Return the bytes for the holder's key, and how to make the token of the signature. Raises ProofError."""
    if not is_absolute_iri(key) or registered.NAMES & presentation.keys():
        raise ProofError("proof-generation", "The key is no URL, or a member is named like a claim.")
    claims = {"aud": audience, "nonce": nonce, "iat": int(issued_at.timestamp())}
    header = {"alg": algorithm, "kid": key, "typ": "vp+jwt", "cty": "vp"}
    return jws.prepare(header, {**presentation, **claims})


def _older(inner: object, claims: Mapping[str, Any]) -> Document:
    if not isinstance(inner, dict):
        raise ProofError("malformed", "The claim vp is not a presentation.")
    if "holder" not in inner and isinstance(claims.get("iss"), str):
        return {**inner, "holder": claims["iss"]}
    return inner
