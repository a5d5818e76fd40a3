"""JWTs of the VC Data Model 1.1, whose credential stands in the claim `vc`. For reading only.

Rule: Verifiable Credentials Data Model 1.1, section 6.3.1 (JSON Web Token, decoding).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from credentials.canon.errors import ProofError
from credentials.tokens import claims as registered

Document = dict[str, Any]


def unfold(payload: Document) -> tuple[Document, Document]:
    """Return the credential of the claim `vc`, with what only claims said put in its place, and the claims.

    Raises ProofError "malformed".
    """
    inner = payload["vc"]
    if not isinstance(inner, dict) or not registered.NAMES.isdisjoint(inner):
        raise ProofError("malformed", "The claim vc is not a credential.")
    _, claims = registered.split(payload)
    document = dict(inner)
    _put(document, "id", claims.get("jti"))
    _put(document, "issuer", claims.get("iss"))
    for member, claim in (("issuanceDate", "nbf"), ("expirationDate", "exp")):
        if member not in document and claim in claims:
            document[member] = _stamp(registered.numeric_date(claims[claim], claim))
    subject = document.get("credentialSubject")
    if isinstance(subject, dict) and "id" not in subject and isinstance(claims.get("sub"), str):
        document["credentialSubject"] = {"id": claims["sub"], **subject}
    return document, claims


def _put(document: Document, member: str, value: object) -> None:
    if member not in document and isinstance(value, str):
        document[member] = value


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
