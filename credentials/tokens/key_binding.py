"""Key binding of SD-JWTs: the holder signs what is shown, for one receiver and one question.

Rule: RFC 9901, sections 4.3 (Key Binding JWT) and 7.3 (verification).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from credentials.canon import strict_json
from credentials.canon.errors import SECURITY, ProofError
from credentials.proofs.public_key import PublicKey
from credentials.tokens import claims as registered
from credentials.tokens import jws, sd_jwt
from credentials.tokens.jws import PreparedToken
from credentials.tokens.sd_jwt import SdJwt


@dataclass(frozen=True)
class Demand:
    """What a verifier asks of a holder. audience: the verifier's own name; nonce: its question."""

    audience: str
    nonce: str
    max_age: timedelta = timedelta(minutes=10)


def prepare_key_binding(
    text: str, *, algorithm: str, audience: str, nonce: str, issued_at: datetime
) -> PreparedToken:
    """Return the bytes for the holder's key, and how to make the SD-JWT+KB of the signature.

    text: the SD-JWT with the disclosures chosen. Raises ProofError.
    """
    shown = sd_jwt.read(text)
    if shown.key_binding:
        raise ProofError("malformed", "The token is bound already.")
    payload = {
        "iat": int(issued_at.timestamp()),
        "aud": audience,
        "nonce": nonce,
        "sd_hash": sd_jwt.digest_of(shown.presented, shown.hash_name),
    }
    prepared = jws.prepare({"alg": algorithm, "typ": "kb+jwt"}, payload)
    return PreparedToken(prepared.to_sign, lambda signature: text + prepared.secured(signature))


def verify_key_binding(shown: SdJwt, demand: Demand | None, *, now: datetime) -> PublicKey:
    """Return the holder's key, if it signed what is shown, and for this demand. Raises ProofError.

    shown: already found to be signed by its issuer, whose `cnf` names the holder's key. Without a demand
    it is left open for whom and when it was signed; a token cut or put together by others is refused.
    """
    if not shown.key_binding:
        raise ProofError("signature-invalid", "The holder did not sign what is shown.")
    token = jws.read(shown.key_binding)
    key = _holder_key(shown.payload)
    if token.typ != "kb+jwt":
        raise ProofError("signature-invalid", "The holder's token is of another type.")
    jws.require(token, key)
    claims = strict_json.loads(token.payload)
    if not _same(claims.get("sd_hash"), sd_jwt.digest_of(shown.presented, shown.hash_name)):
        raise ProofError("signature-invalid", "The holder signed something other than what is shown.")
    if demand is not None:
        _check_demand(claims, demand, now)
    return key


def _check_demand(claims: dict[str, Any], demand: Demand, now: datetime) -> None:
    if not _same(claims.get("aud"), demand.audience):
        problem = SECURITY + "INVALID_DOMAIN_ERROR"
        raise ProofError("signature-invalid", "The holder signed for another receiver.", problem)
    if not _same(claims.get("nonce"), demand.nonce):
        problem = SECURITY + "INVALID_CHALLENGE_ERROR"
        raise ProofError("signature-invalid", "The holder answered another question.", problem)
    _check_age(claims, demand, now)


def _holder_key(payload: dict[str, Any]) -> PublicKey:
    confirmation = payload.get("cnf")
    if not isinstance(confirmation, dict) or "jwk" not in confirmation:
        raise ProofError("key-unresolvable", "The token names no key of its holder.")
    return PublicKey.from_jwk(confirmation["jwk"])


def _check_age(claims: dict[str, Any], demand: Demand, now: datetime) -> None:
    made = registered.numeric_date(claims.get("iat"), "iat")
    if made > (now + registered.CLOCK_SKEW).timestamp():
        raise ProofError("signature-invalid", "The holder's token was made for a later time.")
    if made < (now - demand.max_age).timestamp():
        raise ProofError("proof-expired", "The holder's token is too old.")
    registered.check_times({name: claims[name] for name in ("exp", "nbf") if name in claims}, now=now)


def _same(given: object, wanted: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(given.encode(errors="replace"), wanted.encode())
