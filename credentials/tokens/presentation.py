"""Presentations: what is inside, and that the holder it names is the one who signed.

A presentation with an embedded proof is checked by data_integrity.verify with purpose
"authentication", challenge and domain; one in a token by vp_jwt.

Rule: Verifiable Credentials Data Model v2.0, section 4.13.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from credentials.canon.errors import SECURITY, ProofError
from credentials.tokens import enveloped
from credentials.tokens.claims import id_of
from credentials.tokens.enveloped import Envelope
from credentials.tokens.jws import looks_like_token
from credentials.tokens.sd_jwt import looks_like_sd_jwt

MAX_MEMBERS = 100

Document = dict[str, Any]


@dataclass(frozen=True)
class Member:
    """One credential of a presentation: with embedded proofs, or in an envelope."""

    document: Document | None = None
    envelope: Envelope | None = None


def members(presentation: Document) -> list[Member]:
    """Return the credentials in a presentation, each still to be verified on its own.

    A bare token counts too, as presentations of VCDM 1.1 hold them. Raises ProofError.
    """
    present = presentation.get("verifiableCredential", [])
    found = present if isinstance(present, list) else [present]
    if len(found) > MAX_MEMBERS:
        raise ProofError("malformed", f"The presentation holds more than {MAX_MEMBERS} credentials.")
    return [_member(one) for one in found]


def require_holder(presentation: Document, key_url: str) -> None:
    """Return only if the key is of the holder that the presentation names, or it names none.

    key_url: the verification method of a proof that holds. Raises ProofError "issuer-mismatch".
    """
    if "holder" not in presentation:
        return
    if id_of(presentation["holder"]) != key_url.partition("#")[0]:
        problem = SECURITY + "INVALID_VERIFICATION_METHOD"
        raise ProofError("issuer-mismatch", "Somebody else than the holder signed this.", problem)


def _member(one: object) -> Member:
    if isinstance(one, str):
        if looks_like_token(one):
            return Member(envelope=Envelope("application/vc+jwt", one))
        if looks_like_sd_jwt(one):
            return Member(envelope=Envelope("application/vc+sd-jwt", one))
    if not isinstance(one, dict):
        raise ProofError("malformed", "A credential in the presentation is neither object nor token.")
    if enveloped.is_enveloped(one):
        return Member(envelope=enveloped.open_envelope(one))
    return Member(document=one)
