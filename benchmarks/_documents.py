"""The documents that the measurements sign and verify: the checked-in fixture, and records of it."""

from __future__ import annotations

import copy
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credentials.proofs.data_integrity import prepare

Document = dict[str, Any]

FIXTURE: Document = json.loads((Path(__file__).parent / "credential.json").read_text())
METHOD = "did:web:credentials.riverbend.example:i:k7q2#key-1"
CREATED = "2026-05-15T16:30:00Z"
OPTIONS = {"verification_method": METHOD, "created": CREATED}
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
CLR_CONTEXT = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"


def credential(number: int, fixture: Document = FIXTURE) -> Document:
    """Return the fixture as another person's credential, with a status entry of its own."""
    document = copy.copy(fixture)
    subject = copy.copy(fixture["credentialSubject"])
    mark = sha256(str(number).encode()).hexdigest()
    document["id"] = urn(mark[:32])
    subject["id"] = urn(mark[32:])
    subject["name"] = f"{fixture['credentialSubject']['name']} {number}"
    subject["identifier"] = [
        {**subject["identifier"][0], "identityHash": f"sha256${mark}", "salt": mark[:22]}
    ]
    subject["result"] = [{**subject["result"][0], "value": "ABCDF"[number % 5]}, *subject["result"][1:]]
    entry = fixture["credentialStatus"]
    index = str(number % 131_072)
    document["credentialStatus"] = {
        **entry,
        "id": f"{entry['statusListCredential']}#{index}",
        "statusListIndex": index,
    }
    document["credentialSubject"] = subject
    for place, one in enumerate(subject["result"], start=1):
        if "id" in one:
            one["id"] = f"{document['id']}#result-{place}"
    return document


def urn(mark: str) -> str:
    """Return a random-looking urn:uuid of version 4."""
    return f"urn:uuid:{mark[:8]}-{mark[8:12]}-4{mark[13:16]}-8{mark[17:20]}-{mark[20:32]}"


def with_ids(number: int) -> Document:
    """Return the fixture with another achievement, an id on every object, and no lists."""
    document = copy.deepcopy(FIXTURE)
    subject = document["credentialSubject"]
    achievement = subject["achievement"]
    own = achievement["id"] = (
        f"https://credentials.riverbend.example/a/{urn(sha256(bytes([number])).hexdigest())[9:]}/3"
    )
    achievement["name"] = document["name"] = f"{document['name']} {number}"
    achievement["criteria"]["id"] = f"{own}#criteria"
    for place, one in enumerate(achievement["alignment"], start=1):
        one["id"] = f"{own}#alignment-{place}"
    for one in achievement["resultDescription"]:
        one["id"] = f"{own}#{one['id'].partition('#')[2]}"
        one.pop("allowedValue", None)
        for level in one.get("rubricCriterionLevel", ()):
            level["id"] = f"{own}#{level['id'].partition('#')[2]}"
    for place, one in enumerate(subject["result"], start=1):
        one["id"] = f"{document['id']}#result-{place}"
        for name in ("resultDescription", "achievedLevel"):
            if name in one:
                one[name] = f"{own}#{one[name].partition('#')[2]}"
    return document


def signed(document: Document) -> Document:
    """Return a document with our proof."""
    prepared = prepare(document, **OPTIONS)
    secured = prepared.secured(KEY.sign(prepared.to_sign))
    return {**secured, "proof": [secured["proof"]]}


def record(number: int, members: list[Document]) -> Document:
    """Return an unsigned ClrCredential around signed members."""
    mark = sha256(f"record {number}".encode()).hexdigest()
    identifier = FIXTURE["credentialSubject"]["identifier"][0]
    return {
        "@context": [FIXTURE["@context"][0], CLR_CONTEXT, *FIXTURE["@context"][1:]],
        "id": urn(mark[:32]),
        "type": ["VerifiableCredential", "ClrCredential"],
        "issuer": FIXTURE["issuer"],
        "validFrom": CREATED,
        "name": f"Learning record {number}",
        "credentialSubject": {
            "id": urn(mark[32:]),
            "type": ["ClrSubject"],
            "name": f"Amaru Quispe {number}",
            "identifier": [{**identifier, "identityHash": f"sha256${mark}", "salt": mark[:22]}],
            "verifiableCredential": members,
        },
    }
