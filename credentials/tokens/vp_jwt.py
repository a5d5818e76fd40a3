"""Presentations as JWTs (`vp+jwt`), made by a holder for one receiver and one question.

Rule: Securing VCs using JOSE and COSE, section 3.1.2; VC Data Model 1.1, section 6.3.1 (the claim
`vp`, reading only).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credentials.canon import strict_json
from credentials.canon.errors import SECURITY, ProofError
from credentials.canon.nquads import is_absolute_iri
from credentials.proofs.public_key import PublicKey
from credentials.tokens import claims as registered
from credentials.tokens import enveloped, jws
from credentials.tokens.jws import Jws, PreparedToken, looks_like_token
from credentials.tokens.presentation import require_holder
from credentials.tokens.sd_jwt import looks_like_sd_jwt
from credentials.tokens.vc_jwt import key_url_of

Document = dict[str, Any]
PRESENTATION = "VerifiablePresentation"
_ANY_TYPE = {"jwt", ""}  # which the payload has to tell
_TYPES = {"vp+jwt", "vp+ld+jwt", "vp+ld+json+jwt"} | _ANY_TYPE


@dataclass(frozen=True)
class VpJwt:
    """A token and the presentation in it; believe it only after `verify`."""

    jws: Jws
    document: Document
    claims: Mapping[str, Any]


def holds_presentation(token: str) -> bool:
    """Tell whether a token is to be read here, by its `typ`, else by its payload. Raises ProofError like jws.read."""
    parts = jws.read(token)
    if parts.typ not in _ANY_TYPE:
        return parts.typ in _TYPES
    payload = strict_json.loads(parts.payload)
    return "vp" in payload or PRESENTATION in _types(payload)


def read(token: str) -> VpJwt:
    """Return a token's presentation and claims. Raises ProofError like jws.read, "malformed".

    A bare token inside the older claim `vp` is given its envelope, as the data model 2.0 has it.
    """
    parts = jws.read(token)
    if parts.typ not in _TYPES:
        raise ProofError("malformed", "The token says that it is something other than a presentation.")
    document, claims = registered.split(strict_json.loads(parts.payload))
    if "vc" in document:
        raise ProofError("malformed", "The token holds a credential and a presentation side by side.")
    if "vp" in document:
        document = _older(document["vp"], claims)
    kinds = _types(document)
    if PRESENTATION not in kinds or "VerifiableCredential" in kinds:
        raise ProofError("malformed", "The token holds no presentation.")
    return VpJwt(parts, document, claims)


def verify(
    vp: VpJwt,
    *,
    resolve: Callable[[str], PublicKey],
    now: datetime,
    audience: str | Collection[str] | None,
    nonce: str | None,
) -> PublicKey:
    """Return the holder's key, if it signed this for the audience and the nonce. Raises ProofError.

    resolve: gives the key for a URL, found in the holder's own document under `authentication`.
    audience, nonce: what the token must answer, None if nothing was asked; several receivers are a set.
    The credentials inside are still to be verified (presentation.members).
    """
    url = key_url_of(vp.jws.header, registered.id_of(vp.document.get("holder")))
    key = resolve(url)
    jws.require(vp.jws, key)
    require_holder(vp.document, url)
    if "iss" in vp.claims and vp.claims["iss"] != url.partition("#")[0]:
        raise ProofError("issuer-mismatch", "The token names another maker than its key does.")
    registered.check_times(vp.claims, now=now)
    _check_receiver(vp.claims.get("aud", []), audience)
    if not isinstance(vp.claims.get("nonce", ""), str):
        raise ProofError("malformed", "The nonce of the token is not text.")
    if nonce is not None and vp.claims.get("nonce") != nonce:
        problem = SECURITY + "INVALID_CHALLENGE_ERROR"
        raise ProofError("signature-invalid", "The presentation answers another question.", problem)
    return key


def _check_receiver(named: object, audience: str | Collection[str] | None) -> None:
    receivers = named if isinstance(named, list) else [named]
    if not all(isinstance(one, str) for one in receivers):
        raise ProofError("malformed", "The audience of the token is not text.")
    if audience is None:
        return
    wanted = {audience} if isinstance(audience, str) else set(audience)
    if set(receivers) != wanted:
        problem = SECURITY + "INVALID_DOMAIN_ERROR"
        raise ProofError("signature-invalid", "The presentation was made for another receiver.", problem)


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
    if not isinstance(inner, dict) or not registered.NAMES.isdisjoint(inner):
        raise ProofError("malformed", "The claim vp is not a presentation.")
    document = {**inner}
    if "holder" not in inner and isinstance(claims.get("iss"), str):
        document["holder"] = claims["iss"]
    if "verifiableCredential" in inner:
        held = inner["verifiableCredential"]
        document["verifiableCredential"] = [
            _in_envelope(one) for one in (held if isinstance(held, list) else [held])
        ]
    return document


def _in_envelope(one: object) -> object:
    if isinstance(one, str) and looks_like_token(one):
        return enveloped.envelop(one)
    if isinstance(one, str) and looks_like_sd_jwt(one):
        return enveloped.envelop(one, "application/vc+sd-jwt")
    return one


def _types(document: Document) -> set[str]:
    kinds = document.get("type")
    return {one for one in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(one, str)}
