"""A credential, keys and requests for the VC-API."""

import copy
import json
from typing import Any

from rest_framework.test import APIClient

from credentials.vcapi.keys import KINDS, new_secret, read_keys

SECRETS = [new_secret(kind)[0] for kind in KINDS]
KEYS = read_keys(tuple(SECRETS))
ENTRY = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
UNDEFINED = "https://www.w3.org/ns/credentials/undefined-terms/v2"
ISSUE, DERIVE, VERIFY, PRESENT = (
    "/vc-api/credentials/issue",
    "/vc-api/credentials/derive",
    "/vc-api/credentials/verify",
    "/vc-api/presentations/verify",
)
SUITES = [
    *((KEYS[0], name) for name in ("eddsa-rdfc-2022", "eddsa-jcs-2022")),
    *((key, name) for key in KEYS[1:] for name in ("ecdsa-rdfc-2019", "ecdsa-jcs-2019")),
]
CREDENTIAL: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "urn:uuid:4a1c4b0e-9d0f-4e3b-8f65-3a3a1b3f0c11",
    "type": ["VerifiableCredential"],
    "issuer": KEYS[0].did,
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:subject", "name": "Somebody"},
}


def post(path: str, body: Any, client: Any = None) -> Any:
    """Post a body as it is, or as JSON."""
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    return (client or APIClient(raise_request_exception=True)).post(
        path, data, content_type="application/json"
    )


def issued(credential: Any = None, **options: Any) -> Any:
    answer = post(ISSUE, {"credential": credential or CREDENTIAL, "options": options})
    assert answer.status_code == 201, answer.json()
    return answer.json()["verifiableCredential"]


def unsigned_presentation(**members: Any) -> dict[str, Any]:
    """Return a presentation that its holder, one of the keys, has still to sign."""
    document = {
        "@context": CREDENTIAL["@context"],
        "type": ["VerifiablePresentation"],
        "holder": KEYS[0].did,
        "verifiableCredential": [issued()],
    }
    return document | members


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return the credential with one member changed; "" as value leaves it out."""
    credential = copy.deepcopy(CREDENTIAL)
    holder: Any = credential
    *way, last = path.split(".")
    for step in way:
        holder = holder.setdefault(step, {})
    if value == "":
        holder.pop(last, None)
    else:
        holder[last] = value
    return credential
