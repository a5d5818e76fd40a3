"""How many credentials one processor second signs, beside two yardsticks, in one run.

    python benchmarks/sign.py [rounds]

Four ways take turns, round by round, so that what else the machine does hits all of them alike.
The yardsticks are PyLD with `cryptography`, as most Python issuers sign, and Ed25519 alone. The
fixture has 149 statements in 6 KB of JSON; every credential has its own ids, name, grade and
status entry.
"""

from __future__ import annotations

import copy
import json
import statistics
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyld import jsonld as pyld

from credentials.canon.contexts import document_loader
from credentials.proofs.data_integrity import prepare
from credentials.proofs.multibase import encode
from credentials.shapes.cache import ShapeCache, prepare_many

FIXTURE = json.loads((Path(__file__).parent / "credential.json").read_text())
METHOD = "did:web:credentials.riverbend.example:i:k7q2#key-1"
CREATED = "2026-05-15T16:30:00Z"
OPTIONS = {"verification_method": METHOD, "created": CREATED}
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SECONDS = 0.4  # of processor time, for each way in each round
BATCH = 500

Documents = list[dict[str, Any]]


def credential(number: int) -> dict[str, Any]:
    """Return the fixture as another person's credential."""
    document = copy.copy(FIXTURE)
    subject = copy.copy(FIXTURE["credentialSubject"])
    mark = sha256(str(number).encode()).hexdigest()
    document["id"] = f"urn:uuid:{mark[:8]}-{mark[8:12]}-4{mark[13:16]}-8{mark[17:20]}-{mark[20:32]}"
    subject["id"] = f"urn:uuid:{mark[32:40]}-{mark[40:44]}-4{mark[45:48]}-8{mark[49:52]}-{mark[52:64]}"
    subject["name"] = f"{FIXTURE['credentialSubject']['name']} {number}"
    subject["identifier"] = [
        {**subject["identifier"][0], "identityHash": f"sha256${mark}", "salt": mark[:16]}
    ]
    subject["result"] = [{**subject["result"][0], "value": "ABCDF"[number % 5]}, *subject["result"][1:]]
    entry = FIXTURE["credentialStatus"]
    index = str(number % 131_072)
    document["credentialStatus"] = {
        **entry,
        "id": f"{entry['statusListCredential']}#{index}",
        "statusListIndex": index,
    }
    document["credentialSubject"] = subject
    return document


def by_pyld(documents: Documents) -> None:
    """Sign as the usual code does: PyLD for both canonical forms, `cryptography` for the rest."""
    wanted = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": document_loader()}
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": CREATED,
        "verificationMethod": METHOD,
        "proofPurpose": "assertionMethod",
    }
    for document in documents:
        config = {"@context": document["@context"], **proof}
        digests = [sha256(pyld.normalize(part, wanted).encode()).digest() for part in (config, document)]
        _finish(document, proof, KEY.sign(b"".join(digests)))


def _finish(document: dict[str, Any], proof: dict[str, Any], signature: bytes) -> dict[str, Any]:
    return {**document, "proof": {**proof, "proofValue": encode(signature)}}


def in_full(documents: Documents) -> None:
    """Sign each credential by our full algorithm."""
    for document in documents:
        prepared = prepare(document, **OPTIONS)
        prepared.secured(KEY.sign(prepared.to_sign))


CACHE = ShapeCache()


def by_shape(documents: Documents) -> None:
    """Sign a batch by shape, as issuing does."""
    for prepared in prepare_many(documents, cache=CACHE, **OPTIONS):
        prepared.secured(KEY.sign(prepared.to_sign))


def raw(documents: Documents) -> None:
    """Sign 64 bytes for each credential and do nothing else."""
    data = bytes(64)
    for _ in documents:
        KEY.sign(data)


WAYS: dict[str, tuple[Callable[[Documents], None], int]] = {
    "PyLD + cryptography": (by_pyld, 10),
    "full algorithm": (in_full, 25),
    "by shape": (by_shape, BATCH),
    "raw Ed25519": (raw, BATCH),
}


def rate(way: Callable[[Documents], None], documents: Documents) -> float:
    """Return credentials per processor second over at least SECONDS."""
    done, start = 0, time.process_time()
    while (spent := time.process_time() - start) < SECONDS:
        way(documents)
        done += len(documents)
    return done / spent


def main(rounds: int) -> None:
    """Print the medians and the ratios to both yardsticks."""
    documents = [credential(number) for number in range(BATCH)]
    for way, size in WAYS.values():
        way(documents[: min(size, 5)])
    rates: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(rounds):
        for name, (way, size) in WAYS.items():
            rates[name].append(rate(way, documents[:size]))
    lines = [f"{'credentials per processor second':<34}{'median':>9}{'x PyLD':>9}{'of raw':>9}"]
    for name, found in rates.items():
        to_pyld = statistics.median(a / b for a, b in zip(found, rates["PyLD + cryptography"], strict=True))
        to_raw = statistics.median(a / b for a, b in zip(found, rates["raw Ed25519"], strict=True))
        lines.append(f"{name:<34}{statistics.median(found):>9.0f}{to_pyld:>9.1f}{to_raw:>9.3f}")
    lines.append(f"{rounds} interleaved rounds; by shape: {dict(CACHE.counts)}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
