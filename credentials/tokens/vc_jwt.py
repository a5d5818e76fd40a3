"""Credentials as JWTs: the 1EdTech profile (VC-JWT), the W3C profile (`vc+jwt`), the older `vc` claim.

Interface: `read(token)` takes a token apart (nothing is believed yet), `key_url(jwt)` names the key,
`verify(jwt, resolve=…, now=…)` raises ProofError or returns the key that holds; `prepare(document, …)`
gives the bytes for `Signer.sign_many` and makes the token of the signature.

Rule: Open Badges 3.0, section 8.2 (JSON Web Token Proof Format); Securing VCs using JOSE and COSE
(W3C Recommendation, 15 May 2025), section 3.1; VC Data Model 1.1, section 6.3.1 (reading only).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from credentials.canon import strict_json
from credentials.canon.errors import ProofError
from credentials.canon.nquads import is_absolute_iri
from credentials.proofs.public_key import PublicKey
from credentials.tokens import claims as registered
from credentials.tokens import jws, vcdm_1
from credentials.tokens.jws import Jws, PreparedToken

Profile = Literal["1edtech", "w3c", "vcdm-1.1"]
Document = dict[str, Any]

_1EDTECH_CONTEXTS = ("https://purl.imsglobal.org/spec/ob/", "https://purl.imsglobal.org/spec/clr/")
_1EDTECH_HEADER = frozenset({"alg", "kid", "jwk", "typ"})
# `vc+ld+jwt` and `vc+ld+json+jwt` stood in earlier drafts.
_TYPES = {"", "jwt", "vc+jwt", "vc+ld+jwt", "vc+ld+json+jwt"}
MAX_KEY_URL = 2_000


@dataclass(frozen=True)
class VcJwt:
    """A token and the credential in it; believe it only after `verify`.

    document: the credential's own members. claims: the registered ones (iss, sub, jti, nbf, exp,
    iat, aud, cnf). deviations: codes of what the profile wants otherwise but what changes no meaning:
    "header-member", "typ", "kid-missing", "algorithm", "claim-missing-<name>".
    """

    token: str
    jws: Jws
    profile: Profile
    document: Document
    claims: Mapping[str, Any]
    deviations: tuple[str, ...] = ()


def read(token: str) -> VcJwt:
    """Return a token's credential, claims and profile. Raises ProofError like jws.read, "malformed".

    Tokens whose `typ` says that they are something else (a presentation, a key binding) are refused.
    """
    parts = jws.read(token)
    if parts.typ not in _TYPES:
        raise ProofError("malformed", "The token says that it is something other than a credential.")
    payload = strict_json.loads(parts.payload)
    if "vp" in payload:
        raise ProofError("malformed", "The token holds a presentation.")
    if "vc" in payload:
        return VcJwt(token, parts, "vcdm-1.1", *vcdm_1.unfold(payload))
    document, claims = registered.split(payload)
    profile: Profile = "1edtech" if _is_1edtech(parts, document) else "w3c"
    deviations = _deviations(parts, document, claims) if profile == "1edtech" else ()
    return VcJwt(token, parts, profile, document, claims, deviations)


def key_url(jwt: VcJwt) -> str:
    """Return the URL of the key that the token names. Raises ProofError "key-unresolvable".

    An absolute `kid` as it is; a relative one inside the issuer's document; for a did:key issuer the
    only key there is. A `jwk` in the header is never a key: it says nothing about whose it is.
    """
    return key_url_of(jwt.jws.header, registered.id_of(jwt.document.get("issuer")))


def key_url_of(header: Mapping[str, Any], issuer: str) -> str:
    """Return the URL of the key that a header names, of an issuer or holder. See key_url."""
    kid, url = header.get("kid"), ""
    if isinstance(kid, str) and is_absolute_iri(kid):
        url = kid
    elif isinstance(kid, str) and kid and issuer:
        url = f"{issuer}#{kid.removeprefix('#')}"
    elif kid is None and issuer.startswith("did:key:"):
        url = f"{issuer}#{issuer.removeprefix('did:key:')}"
    if not url or len(url) > MAX_KEY_URL or not is_absolute_iri(url):
        raise ProofError("key-unresolvable", "The token names no key of its issuer.")
    return url


def verify(jwt: VcJwt, *, resolve: Callable[[str], PublicKey], now: datetime) -> PublicKey:
    """Return the key that signed a token whose signature, claims and times hold. Raises ProofError.

    resolve: gives the public key for the URL of `key_url`, after it found that key to be the
    issuer's: in the issuer's own document, or as a bare JWK at an address under the issuer's.
    now: aware. Not looked at: validFrom and validUntil of the credential, its status, its schema.
    """
    key = resolve(key_url(jwt))
    jws.require(jwt.jws, key)
    moments = jwt.profile != "w3c"
    registered.check_agreement(jwt.document, jwt.claims, moments=moments)
    registered.check_times(registered.own_times(jwt.document, jwt.claims, moments=moments), now=now)
    return key


def prepare(
    document: Document,
    *,
    algorithm: str,
    key: str,
    profile: Literal["1edtech", "w3c"] = "1edtech",
    claims: Mapping[str, Any] | None = None,
) -> PreparedToken:
    """Return the bytes to sign for a credential, and how to make the token of the signature.

    key: the key's URL, for `kid`: a bare JWK's address (1EdTech) or a DID URL. claims: more
    registered claims (iat, cnf), for the W3C profile. The document may have a Data Integrity proof.
    Raises ProofError "proof-generation" when the profile demands a member that is not there:
    1EdTech wants id, validFrom in whole seconds, and one subject with an id.
    """
    if not is_absolute_iri(key):
        raise ProofError("proof-generation", "The key's name is not a URL.")
    if registered.NAMES & document.keys() or document.keys() & {"vc", "vp"}:
        raise ProofError("proof-generation", "The document has a member named like a claim.")
    if profile == "w3c":
        header = {"alg": algorithm, "kid": key, "typ": "vc+jwt", "cty": "vc"}
        return jws.prepare(header, {**document, **_checked(claims)})
    if claims:
        raise ProofError("proof-generation", "The 1EdTech profile has no further claims.")
    header = {"alg": algorithm, "kid": key, "typ": "JWT"}
    return jws.prepare(header, {**document, **registered.of_credential(document)})


def _checked(claims: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if claims and not registered.NAMES.issuperset(claims):
        raise ProofError("proof-generation", "A claim is not one of the registered ones.")
    return claims or {}


def _is_1edtech(parts: Jws, document: Document) -> bool:
    """Tell whether the 1EdTech profile rules: its contexts, and not the W3C profile's own type."""
    contexts = document.get("@context")
    named = contexts if isinstance(contexts, list) else [contexts]
    ours = any(isinstance(one, str) and one.startswith(_1EDTECH_CONTEXTS) for one in named)
    return ours and parts.typ in {"", "jwt"}


def _deviations(parts: Jws, document: Document, claims: Mapping[str, Any]) -> tuple[str, ...]:
    found = []
    if not _1EDTECH_HEADER.issuperset(parts.header):
        found.append("header-member")
    if parts.header.get("typ", "JWT") != "JWT":
        found.append("typ")
    if not {"kid", "jwk"} & parts.header.keys():
        found.append("kid-missing")
    if parts.algorithm not in {"RS256", "ES256"}:
        found.append("algorithm")
    wanted = ["iss", "sub", "jti", "nbf", *(["exp"] if "validUntil" in document else [])]
    return (*found, *(f"claim-missing-{name}" for name in wanted if name not in claims))
