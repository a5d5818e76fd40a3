"""EnvelopedVerifiableCredential and EnvelopedVerifiablePresentation: a token inside a data: URL.

Rule: Verifiable Credentials Data Model v2.0, sections 4.12.1 and 4.13.1; RFC 2397.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from credentials.canon.errors import ProofError
from credentials.tokens.jws import MAX_TOKEN, looks_like_token
from credentials.tokens.sd_jwt import looks_like_sd_jwt

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
CREDENTIAL, PRESENTATION = "EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"
MEDIA_TYPES = {
    "application/vc+jwt": CREDENTIAL,
    "application/vc+sd-jwt": CREDENTIAL,
    "application/dc+sd-jwt": CREDENTIAL,
    "application/vp+jwt": PRESENTATION,
    "application/vp+sd-jwt": PRESENTATION,
}

Document = dict[str, Any]
_MEMBERS = frozenset({"@context", "id", "type"})


@dataclass(frozen=True)
class Envelope:
    """media_type: one of MEDIA_TYPES, which says how to read the token."""

    media_type: str
    token: str

    @property
    def is_sd_jwt(self) -> bool:
        """True when the token is to be read by sd_jwt_vc, else by vc_jwt or vp_jwt."""
        return self.media_type.endswith("sd-jwt")


def is_enveloped(document: object) -> bool:
    """Tell whether an object says that it is an envelope."""
    return isinstance(document, dict) and not _types(document).isdisjoint({CREDENTIAL, PRESENTATION})


def open_envelope(document: Document) -> Envelope:
    """Return the token of an envelope. Raises ProofError "malformed", "unsupported-proof".

    Members beside @context, id and type are refused: nobody signed them.
    """
    if not is_enveloped(document) or not _MEMBERS.issuperset(document):
        raise ProofError("malformed", "The envelope holds something beside its token.")
    contexts = document.get("@context")
    if (contexts[:1] if isinstance(contexts, list) else [contexts]) != [CREDENTIALS_V2]:
        raise ProofError("malformed", "The envelope does not begin with the base context.")
    media_type, token = _data_url(document.get("id"))
    if media_type not in MEDIA_TYPES:
        raise ProofError("unsupported-proof", "The envelope holds a token of a kind that is not known here.")
    if {MEDIA_TYPES[media_type]} != _types(document) & {CREDENTIAL, PRESENTATION}:
        raise ProofError("malformed", "The envelope's type is not that of its token.")
    envelope = Envelope(media_type, token)
    if not (looks_like_sd_jwt if envelope.is_sd_jwt else looks_like_token)(token):
        raise ProofError("malformed", "The envelope holds no token.")
    return envelope


def envelop(token: str, media_type: str = "application/vc+jwt") -> Document:
    """Return the envelope of a token."""
    return {
        "@context": CREDENTIALS_V2,
        "id": f"data:{media_type},{token}",
        "type": MEDIA_TYPES[media_type],
    }


def _types(document: Document) -> set[str]:
    kinds = document.get("type")
    return {kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)}


def _data_url(url: object) -> tuple[str, str]:
    if not isinstance(url, str) or len(url) > MAX_TOKEN or not url.startswith("data:"):
        raise ProofError("malformed", "The envelope's id is not a data: URL.")
    head, comma, body = url.removeprefix("data:").partition(",")
    media_type, *parameters = head.lower().split(";")
    if not comma or parameters not in ([], ["base64"]):
        raise ProofError("malformed", "The envelope's data: URL has a form that is not used.")
    if parameters:
        try:
            body = base64.b64decode(body, validate=True).decode("ascii")
        except (binascii.Error, ValueError) as error:
            raise ProofError("malformed", "The envelope's data: URL is not base64.") from error
    return media_type, body
