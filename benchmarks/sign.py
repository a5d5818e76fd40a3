"""How many documents one processor second signs and verifies, beside yardsticks, in one run.

    ./run bench sign        or, for more rounds: python benchmarks/sign.py 15

The yardsticks are PyLD 3.3.0 with `cryptography`, as most Python issuers sign, and Ed25519 of
`cryptography` alone. Documents: the fixture (149 statements, 6 KB of JSON), a credential as the
demo issues it, and records of 40 signed members with an id on every object. Every credential has
its own ids, name, grade and status entry. All rates are per processor second and all ratios within
a round, so other work on the machine makes them noisier but does not favor a way.
"""

from __future__ import annotations

import json
import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import orjson
from pyld import jsonld as pyld

from benchmarks._documents import CREATED, FIXTURE, KEY, METHOD, OPTIONS, credential, record, signed, with_ids
from benchmarks._rounds import Way, measure, table
from credentials.canon.contexts import document_loader
from credentials.proofs import data_integrity
from credentials.proofs.data_integrity import prepare
from credentials.proofs.multibase import encode
from credentials.proofs.public_key import PublicKey
from credentials.shapes.cache import ShapeCache, configuration_of, prepare_many
from credentials.shapes.press import Press
from credentials.shapes.seen import SeenShapes

DEMO = json.loads((Path(__file__).parent / "demo.json").read_text())
BATCH, MEMBERS, RECORDS = 1_000, 40, 100
CACHE = ShapeCache()
PUBLIC = PublicKey("Ed25519", KEY.public_key().public_bytes_raw())
RAW = KEY.sign(bytes(64))
NOW = datetime(2026, 6, 1, tzinfo=UTC)
SUBJECT = "credentialSubject"
VARYING: list[tuple[str | int, ...]] = [
    ("id",), (SUBJECT, "id"), (SUBJECT, "name"), (SUBJECT, "identifier", 0, "identityHash"),
    (SUBJECT, "identifier", 0, "salt"), (SUBJECT, "result", 0, "value"), ("credentialStatus", "id"),
    ("credentialStatus", "statusListIndex"),
]  # fmt: skip

Documents = list[dict[str, Any]]
WANTED = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": document_loader()}
PROOF = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": CREATED,
    "verificationMethod": METHOD,
    "proofPurpose": "assertionMethod",
}


def pyld_digests(document: dict[str, Any], proof: dict[str, Any]) -> bytes:
    """Return the bytes to sign as the usual code makes them."""
    parts = ({"@context": document["@context"], **proof}, document)
    return b"".join(sha256(pyld.normalize(part, WANTED).encode()).digest() for part in parts)


def sign_by_pyld(documents: Documents) -> None:
    """Sign as the usual code does: PyLD for both canonical forms, `cryptography` for the rest."""
    for document in documents:
        signature = KEY.sign(pyld_digests(document, PROOF))
        orjson.dumps({**document, "proof": {**PROOF, "proofValue": encode(signature)}})


def sign_in_full(documents: Documents) -> None:
    """Sign each document by our full algorithm."""
    for document in documents:
        prepared = prepare(document, **OPTIONS)
        orjson.dumps(prepared.secured(KEY.sign(prepared.to_sign)))


def sign_by_shape(documents: Documents) -> None:
    """Sign a batch of whole documents by shape; the first one is compared with the full algorithm."""
    for prepared in prepare_many(documents, cache=CACHE, **OPTIONS):
        orjson.dumps(prepared.secured(KEY.sign(prepared.to_sign)))


def by_press(fixture: dict[str, Any]) -> Callable[[Documents], None]:
    """Return how workers sign: texts into a press, JSON out; 1 in 1,000 is compared in full."""
    ways = [way for way in VARYING if way[1:2] != ("result",) or "result" in fixture[SUBJECT]]
    if "result" in fixture[SUBJECT] and "id" in fixture[SUBJECT]["result"][0]:
        ways.append((SUBJECT, "result", 0, "id"))
    press = Press(fixture, ways, CACHE)

    def sign(documents: Documents) -> None:
        proof, configuration = configuration_of(
            fixture["@context"], verification_method=METHOD, created=CREATED, cache=CACHE
        )
        before, after = orjson.dumps([{**proof, "proofValue": "\0"}]).split(b"\\u0000")
        for number, document in enumerate(documents):
            text, digest = press([_at(document, way) for way in ways])
            if number % 1_000 == 0:
                CACHE.compare(document, digest)
            value = encode(KEY.sign(configuration + digest)).encode()
            b"".join((text[:-1], b',"proof":', before, value, after, b"}"))

    return sign


def _at(document: Any, path: tuple[str | int, ...]) -> str:
    for name in path:
        document = document[name]
    return str(document)


def sign_raw(documents: Documents) -> None:
    """Sign 64 bytes for each document and do nothing else."""
    data = bytes(64)
    for _ in documents:
        KEY.sign(data)


def verify_by_pyld(documents: Documents) -> None:
    """Verify as the usual code does."""
    for document in documents:
        bare = {name: value for name, value in document.items() if name != "proof"}
        proof = dict(document["proof"][0])
        value = proof.pop("proofValue")
        assert PUBLIC.verify(data_integrity.SUITES["eddsa-rdfc-2022"].signature_of(
            {"proofValue": value}, kind="Ed25519"), pyld_digests(bare, proof))  # fmt: skip


def verify_by_shape(shapes: SeenShapes) -> Callable[[Documents], None]:
    """Return how the verifier checks proofs: in safe mode, by shapes that it has seen."""

    def verify(documents: Documents) -> None:
        for document in documents:
            [outcome] = data_integrity.verify(
                document, resolve=lambda url: PUBLIC, now=NOW, digest=shapes.digest
            )
            assert outcome.verified

    return verify


def foreign(number: int) -> dict[str, Any]:
    """Return a credential of one structure from an issuer, on an achievement, that is new each time."""
    document = credential(number, with_ids(number % 250))
    return {**document, "issuer": {**document["issuer"], "id": f"did:web:n{number}.example"}}


def way(work: Callable[[Documents], None], documents: Documents) -> Way:
    """Return one turn of a way of doing all these documents."""
    return (lambda: work(documents)), len(documents)


def signing(title: str, fixture: dict[str, Any], rounds: int) -> str:
    """Return the table of one kind of credential."""
    documents = [credential(number, fixture) for number in range(BATCH)]
    ways = {
        "PyLD + cryptography": way(sign_by_pyld, documents[:10]),
        "full algorithm": way(sign_in_full, documents[:20]),
        "by shape, from whole documents": way(sign_by_shape, documents),
        "by press, as workers sign": way(by_press(fixture), documents),
        "raw Ed25519": way(sign_raw, documents),
    }
    found = measure(ways, rounds)
    return table(title, found, {"PyLD + cryptography": "x PyLD", "raw Ed25519": "of raw"})


def records(rounds: int) -> str:
    """Return the table of records of 40 members, composed."""
    members = [signed(credential(number, with_ids(number))) for number in range(MEMBERS)]
    made = [record(number, members) for number in range(RECORDS)]
    ways = {
        "PyLD + cryptography": way(sign_by_pyld, made[:1]),
        f"composed, {RECORDS} at a time": way(sign_by_shape, made),
    }
    found = measure(ways, rounds)
    return table(
        f"sign a ClrCredential of {MEMBERS}, ids, no lists", found, {"PyLD + cryptography": "x PyLD"}
    )


def verifying(rounds: int) -> str:
    """Return the table of verifying our own, and foreign ones of a structure seen before."""
    shapes = SeenShapes()
    own = [signed(credential(number)) for number in range(10)]  # few, as what was just read is at hand
    others = [signed(foreign(number)) for number in range(200)]
    ways = {
        "PyLD + cryptography": way(verify_by_pyld, own),
        "our own": way(verify_by_shape(shapes), own * 10),
        "foreign, of a structure seen before": way(verify_by_shape(shapes), others),
        "raw Ed25519": ((lambda: [PUBLIC.verify(RAW, bytes(64)) for _ in range(100)]), 100),
    }
    found = measure(ways, rounds)
    return table("verify a proof", found, {"PyLD + cryptography": "x PyLD", "raw Ed25519": "of raw"})


def _worked(seconds: float) -> tuple[float, float]:
    """Return what one process signs per second of the clock, and per second of the processor."""
    sign, documents = by_press(FIXTURE), [credential(number) for number in range(BATCH)]
    sign(documents)
    wall, spent, done = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() - wall < seconds:
        sign(documents)
        done += BATCH
    return done / (time.perf_counter() - wall), done / (time.process_time() - spent)


def two_processes(rounds: int) -> str:
    """Return what two processes sign together, against one, by the clock and by the processor."""
    by_clock, by_processor = [], []
    with multiprocessing.get_context("fork").Pool(2) as pool:
        for _ in range(rounds):
            [alone] = pool.map(_worked, [0.6])
            both = pool.map(_worked, [0.6, 0.6], chunksize=1)
            by_clock.append(sum(one[0] for one in both) / alone[0])
            by_processor.append(sum(one[1] for one in both) / alone[1])
    return (
        f"{'two processes against one, by the clock':<46}{statistics.median(by_clock):>9.2f}\n"
        f"{'  per processor second, added':<46}{statistics.median(by_processor):>9.2f}"
    )


def main(rounds: int) -> None:
    """Print the medians and the ratios to the yardsticks."""
    parts = [
        lambda: signing("sign the fixture", FIXTURE, rounds),
        lambda: signing("sign a credential of the demo", DEMO, rounds),
        lambda: two_processes(rounds),
        lambda: records(rounds),
        lambda: verifying(rounds),
    ]
    for part in parts:
        sys.stdout.write(part() + "\n\n")
        sys.stdout.flush()
    sys.stdout.write(f"{rounds} interleaved rounds, per processor second; {dict(CACHE.counts)}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
