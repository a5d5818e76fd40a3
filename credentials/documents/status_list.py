"""BitstringStatusListCredential, unsigned (Bitstring Status List v1.0, section 2.2)."""

from collections.abc import Iterable
from datetime import datetime

from credentials.canon.errors import ProofError
from credentials.documents.dates import instant_text
from credentials.documents.errors import DocumentError
from credentials.documents.parts import required_uri
from credentials.documents.vocabulary import STATUS_PURPOSES, VC_CONTEXT, Json
from credentials.proofs import status_bitstring
from credentials.proofs.status_bitstring import MIN_ENTRIES


def encode_list(set_indexes: Iterable[int], *, entries: int = MIN_ENTRIES) -> str:
    """Return encodedList: bit 0 is the left-most, gzipped with no time in it, "u" + base64url."""
    if entries < MIN_ENTRIES or entries % 8:
        raise DocumentError("status-list-too-short", str(entries))
    try:
        return status_bitstring.encode(set_indexes, length=entries)
    except ProofError as error:
        raise DocumentError("status-index-out-of-range", error.detail) from error


def build_status_list_credential(
    url: str,
    *,
    issuer_id: str,
    set_indexes: Iterable[int],
    valid_from: datetime,
    valid_until: datetime | None = None,
    purpose: str = "revocation",
    entries: int = MIN_ENTRIES,
    ttl_seconds: int | None = None,
) -> Json:
    """Return the unsigned status list of one purpose, one bit per entry; the same input, the same bytes.

    set_indexes: what is revoked or suspended. ttl_seconds becomes `ttl`, which is in milliseconds.
    """
    if purpose not in STATUS_PURPOSES - {"message"}:
        raise DocumentError("status-purpose-unknown", purpose[:40])
    subject: Json = {
        "id": f"{required_uri(url, 'status list')}#list",
        "type": "BitstringStatusList",
        "statusPurpose": purpose,
        "encodedList": encode_list(set_indexes, entries=entries),
    }
    if ttl_seconds is not None:
        subject["ttl"] = ttl_seconds * 1000
    document: Json = {
        "@context": [VC_CONTEXT],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": required_uri(issuer_id, "issuer"),
        "validFrom": instant_text(valid_from),
        "credentialSubject": subject,
    }
    if valid_until is not None:
        document["validUntil"] = instant_text(valid_until)
    return document
