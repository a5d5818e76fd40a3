"""Status lists of the VC-API's own keys, for the W3C suites: a list in which nothing is ever set.

A key that stands for nobody revokes nothing, so there is nothing to keep: an entry is a place by chance, and the
list is signed when it is asked for. Rule: Bitstring Status List v1.0, sections 2.1 and 2.2.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.conf import settings
from django.urls import reverse

from credentials.documents.dates import instant_text
from credentials.documents.status_list import build_status_list_credential
from credentials.proofs.data_integrity import prepare
from credentials.proofs.multibase import ED25519
from credentials.proofs.status_bitstring import MIN_ENTRIES
from credentials.reading.sources import MAX_DOCUMENT, Source, SourceFailed
from credentials.vcapi.keys import ApiKey, api_keys

Json = dict[str, Any]
VALID_FOR = timedelta(days=1)


def list_url(key: ApiKey) -> str:
    """Return the address of a key's list, at the portal's own origin."""
    return settings.PORTAL_ORIGIN.rstrip("/") + reverse("vcapi:status_list", args=[key.multikey])


def new_entry(key: ApiKey) -> Json:
    """Return an entry for a credential that this key signs."""
    index, url = secrets.randbelow(MIN_ENTRIES), list_url(key)
    return {
        "id": f"{url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": url,
    }


def signed_list(multikey: str, *, now: datetime) -> Json | None:
    """Return the list of a key of ours, signed by it; None for other keys. Raises NoApiKey."""
    key = next((one for one in api_keys() if one.multikey == multikey), None)
    if key is None:
        return None
    unsigned = build_status_list_credential(
        list_url(key), issuer_id=key.did, set_indexes=(), valid_from=now, valid_until=now + VALID_FOR
    )
    prepared = prepare(
        unsigned,
        verification_method=key.verification_method,
        created=instant_text(now),
        cryptosuite="eddsa-rdfc-2022" if key.kind == ED25519 else "ecdsa-rdfc-2019",
        kind=key.kind,
    )
    return prepared.secured(key.sign(prepared.to_sign))


@dataclass(frozen=True)
class OwnLists:
    """These lists, without asking oneself over the network; everything else from another source."""

    other: Source
    now: datetime

    def get(self, url: str, *, max_bytes: int = MAX_DOCUMENT, media_type: str = "") -> bytes:
        """Return the list, or what the other source has. Raises SourceFailed."""
        own: dict[str, ApiKey] = {}
        if settings.VC_API_CONFORMANCE:
            own = {list_url(key): key for key in api_keys()}
        if url not in own:
            return self.other.get(url, max_bytes=max_bytes, media_type=media_type)
        data = orjson.dumps(signed_list(own[url].multikey, now=self.now))
        if len(data) > max_bytes:
            raise SourceFailed("refused")
        return data
