"""Credentials as SD-JWTs: `dc+sd-jwt` (IETF SD-JWT VC) and `vc+sd-jwt` (W3C data model).

Interface: `read(text)`, `verify(vc, resolve=…, now=…, demand=…)`, `prepare(claims, …)`; a holder
chooses with sd_jwt.present and signs with key_binding.prepare_key_binding.

Rule: SD-JWT-based Verifiable Digital Credentials (IETF draft of August 2026), sections 2 and 3;
Securing VCs using JOSE and COSE, section 3.2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from credentials.canon.errors import ProofError
from credentials.canon.nquads import is_absolute_iri
from credentials.proofs.public_key import PublicKey
from credentials.tokens import claims as registered
from credentials.tokens import jws, sd_jwt
from credentials.tokens.concealing import conceal
from credentials.tokens.jws import PreparedToken
from credentials.tokens.key_binding import Demand, verify_key_binding
from credentials.tokens.sd_jwt import Claims, SdJwt
from credentials.tokens.vc_jwt import key_url_of

Kind = Literal["ietf", "w3c"]

# Never to be hidden: what says whose, of what type, until when, and whether it still counts.
OPEN = {
    "ietf": ("iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"),
    "w3c": ("@context", "type", "issuer", "validFrom", "validUntil", "cnf", "exp", "nbf", "iss")
    + ("credentialStatus", "credentialSchema", "relatedResource"),
}
_TYPES = {"ietf": "dc+sd-jwt", "w3c": "vc+sd-jwt"}
_W3C_DRAFTS = {"vc+ld+json+sd-jwt", "vc+ld+sd-jwt", ""}


@dataclass(frozen=True)
class SdJwtVc:
    """A token and what it shows; believe it only after `verify`.

    claims: all that is shown. document: for kind "w3c" the credential without registered claims.
    """

    sd_jwt: SdJwt
    kind: Kind
    claims: Claims
    document: Claims


@dataclass(frozen=True)
class Verified:
    """key: the issuer's. holder: the holder's, only if a demand was made and met."""

    key: PublicKey
    holder: PublicKey | None = None


def read(text: str) -> SdJwtVc:
    """Return the claims shown. Raises ProofError like sd_jwt.process."""
    parts = sd_jwt.read(text)
    claims, places = sd_jwt.process(parts)
    kind = _kind(parts, claims)
    if kind == "ietf":
        _check_ietf(claims, places)
        return SdJwtVc(parts, kind, claims, claims)
    return SdJwtVc(parts, kind, claims, registered.split(claims)[0])


def verify(
    vc: SdJwtVc, *, resolve: Callable[[str], PublicKey], now: datetime, demand: Demand | None = None
) -> Verified:
    """Return the keys of a token whose signatures, claims and times hold. Raises ProofError.

    resolve: like in vc_jwt.verify. demand: what the holder has to answer; whether there is one is
    for the verifier to say, never for the token. What a token brings after its last tilde must hold
    all the same: else a copy that was cut short would pass for a whole one.
    """
    parts = vc.sd_jwt
    issuer = vc.claims.get("iss") if vc.kind == "ietf" else vc.document.get("issuer")
    key = resolve(key_url_of(parts.jws.header, registered.id_of(issuer)))
    jws.require(parts.jws, key)
    if vc.kind == "w3c":
        registered.check_agreement(vc.document, vc.claims, moments=False)
    registered.check_times(vc.claims, now=now)
    bound = bool(demand or parts.key_binding)
    return Verified(key, verify_key_binding(parts, demand, now=now) if bound else None)


def prepare(
    claims: Claims,
    *,
    algorithm: str,
    key: str,
    kind: Kind = "ietf",
    hidden: Sequence[str] = (),
    salts: Sequence[str] = (),
    decoys: Mapping[str, Sequence[str]] | None = None,
) -> PreparedToken:
    """Return the bytes to sign, and how to make the SD-JWT of the signature.

    claims: for "ietf" with `vct`, for "w3c" the credential; `cnf` names the holder's key. key: the
    issuer's key, for `kid`. hidden, salts, decoys: see concealing.conceal. Raises ProofError.
    """
    if not is_absolute_iri(key):
        raise ProofError("proof-generation", "The key's name is not a URL.")
    if any(_is_open(pointer, kind) for pointer in hidden):
        raise ProofError("proof-generation", "A claim that must stay open is to be hidden.")
    if not isinstance(claims.get("vct" if kind == "ietf" else "@context"), str | list):
        raise ProofError("proof-generation", "The credential does not say its type.")
    payload, disclosures = conceal(claims, hidden, salts=salts, decoys=decoys)
    prepared = jws.prepare({"alg": algorithm, "kid": key, "typ": _TYPES[kind]}, payload)
    return PreparedToken(
        prepared.to_sign, lambda signature: "~".join([prepared.secured(signature), *disclosures, ""])
    )


def _kind(parts: SdJwt, claims: Claims) -> Kind:
    typ = parts.jws.typ
    if typ == "dc+sd-jwt" or (typ == "vc+sd-jwt" and "vct" in claims):  # vc+sd-jwt stood in earlier drafts
        return "ietf"
    if (typ == "vc+sd-jwt" or typ in _W3C_DRAFTS) and "@context" in claims:
        return "w3c"
    raise ProofError("malformed", "The token says that it is something other than a credential.")


def _check_ietf(claims: Claims, places: Mapping[str, str]) -> None:
    if not isinstance(claims.get("vct"), str) or not claims["vct"]:
        raise ProofError("malformed", "The credential does not say its type.")
    if any(_is_open(pointer, "ietf") for pointer in places):
        raise ProofError("malformed", "A claim was hidden that must stay open.")


def _is_open(pointer: str, kind: Kind) -> bool:
    return any(pointer == (top := sd_jwt.step(name)) or pointer.startswith(top + "/") for name in OPEN[kind])
