"""Registered claims of a JWT beside the members of a credential: they may repeat, never contradict.

Rule: RFC 7519, section 4.1; Securing VCs using JOSE and COSE, section 3.1.3; Open Badges 3.0, 8.2.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from credentials.canon.errors import VC, ProofError
from credentials.proofs.datetimes import parse_stamp

NAMES = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "nonce"})
CLOCK_SKEW = timedelta(minutes=5)
MAX_NUMERIC_DATE = 253_402_300_799  # the last second of the year 9999

Document = dict[str, Any]
_MOMENTS = (
    ("nbf", "validFrom"),
    ("exp", "validUntil"),
    ("nbf", "issuanceDate"),  # the last two: VCDM 1.1
    ("exp", "expirationDate"),
)
_MALFORMED = VC + "MALFORMED_VALUE_ERROR"


def split(payload: Document) -> tuple[Document, Document]:
    """Return a payload's members without the registered claims, and those claims."""
    document = {name: value for name, value in payload.items() if name not in NAMES}
    return document, {name: value for name, value in payload.items() if name in NAMES}


def of_credential(document: Document) -> Document:
    """Return the claims that the 1EdTech profile wants. Raises ProofError "proof-generation"."""
    subject = _only_subject(document)
    texts = {
        "iss": id_of(document.get("issuer")),
        "sub": id_of(subject),
        "jti": document.get("id"),
    }
    for name, value in texts.items():
        if not isinstance(value, str) or not value:
            raise ProofError("proof-generation", f"A VC-JWT needs {name}, and the credential has none.")
    claims: Document = {**texts, "nbf": _seconds(document, "validFrom")}
    return claims | ({"exp": _seconds(document, "validUntil")} if "validUntil" in document else {})


def check_agreement(document: Document, claims: Mapping[str, Any], *, moments: bool) -> None:
    """Return only if no claim says something else than the credential.

    moments: whether nbf and exp repeat the credential's dates (1EdTech, VCDM 1.1); in the W3C
    profile they speak of the signature. Raises ProofError "issuer-mismatch" for `iss`,
    "malformed" for the others.
    """
    if "iss" in claims and claims["iss"] != id_of(document.get("issuer")):
        raise ProofError("issuer-mismatch", "The token names another issuer than the credential.")
    if "jti" in claims and "id" in document and claims["jti"] != document["id"]:
        raise ProofError("malformed", "The token has another id than the credential.", _MALFORMED)
    _check_subject(document, claims)
    for claim, member in _MOMENTS if moments else ():
        if claim in claims and member in document:
            _check_moment(claims[claim], document[member], claim, member)


def own_times(document: Document, claims: Mapping[str, Any], *, moments: bool) -> Document:
    """Return the times that speak of the token; one that repeats a date of the credential speaks of that."""
    repeated = {claim for claim, member in _MOMENTS if moments and member in document}
    return {name: claims[name] for name in ("exp", "nbf", "iat") if name in claims and name not in repeated}


def check_times(claims: Mapping[str, Any], *, now: datetime) -> None:
    """Return only if the signature's own times hold. Raises ProofError."""
    if "exp" in claims and numeric_date(claims["exp"], "exp") <= now.timestamp():
        raise ProofError("proof-expired", "The token's time is over.")
    for name in ("nbf", "iat"):
        if name in claims and numeric_date(claims[name], name) > (now + CLOCK_SKEW).timestamp():
            raise ProofError("signature-invalid", "The token was made for a later time.")


def numeric_date(value: object, name: str) -> float:
    """Return a NumericDate (RFC 7519, section 2). Raises ProofError "malformed"."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_NUMERIC_DATE:
        raise ProofError("malformed", f"The claim {name} is not a number of seconds.", _MALFORMED)
    return value


def id_of(value: object) -> str:
    """Return the id of an issuer, holder or subject: itself, or its `id`, or ""."""
    own = value.get("id") if isinstance(value, dict) else value
    return own if isinstance(own, str) else ""


def _only_subject(document: Document) -> object:
    subject = document.get("credentialSubject")
    if isinstance(subject, list):
        return subject[0] if len(subject) == 1 else None
    return subject


def _check_subject(document: Document, claims: Mapping[str, Any]) -> None:
    subject = _only_subject(document)
    if "sub" in claims and isinstance(subject, dict) and "id" in subject and claims["sub"] != subject["id"]:
        raise ProofError("malformed", "The token names another subject than the credential.", _MALFORMED)


def _check_moment(claim: object, member: object, name: str, place: str) -> None:
    if int(numeric_date(claim, name)) != int(parse_stamp(member, place).timestamp()):
        raise ProofError("malformed", f"The claim {name} says something else than {place}.", _MALFORMED)


def _seconds(document: Document, member: str) -> int:
    moment = parse_stamp(document.get(member), member)
    if moment.microsecond:
        raise ProofError("proof-generation", f"{member} has fractions of a second, which a JWT cannot hold.")
    return int(moment.timestamp())
