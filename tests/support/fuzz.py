"""Fuzz the verifier: mutate valid documents of every format, and report what should not happen.

    DJANGO_SETTINGS_MODULE=registry.settings python -m tests.support.fuzz --seconds 600 --seed 7

A find is: a document that verifies though its meaning changed, any exception, any check longer than a second.
The same seed gives the same mutations. Exit code 1 with finds, else 0.
"""

import argparse
import copy
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from credentials.proofs.data_integrity import SUITES

Json = Any
WORDS = [
    *(
        "",
        " ",
        "0",
        "-1",
        "a",
        "\u202e",
        "\ufffe",
        "A\u0301",
        "😀",
        "did:web:x",
        "urn:x:y",
        "https://a.example/",
    ),
    *(
        "_:b0",
        "@id",
        "@type",
        "@graph",
        "type",
        "VerifiableCredential",
        "2026-01-01T00:00:00Z",
        "../..",
        "null",
    ),
]
VALUES: list[Json] = [
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        0.5,
        1e300,
        2**53,
        "",
        "x",
        [],
        {},
        [[]],
        [{}],
        {"id": "x"},
        {"@value": "x"},
    ),
    *({"@set": ["x"]}, {"@list": []}, {"@id": "urn:x:y"}, ["x", "y"], {"": ""}),
]
NAMES = [
    *(
        "@context",
        "@graph",
        "@included",
        "@reverse",
        "@nest",
        "@type",
        "@id",
        "@set",
        "id",
        "type",
        "proof",
        "name",
    ),
    *(
        "validUntil",
        "credentialStatus",
        "credentialSubject",
        "issuer",
        "evidence",
        "holder",
        "x",
        "_:x",
        "urn:x:y",
    ),
]


def places(value: Json) -> Iterator[tuple[Any, Any]]:
    """Yield (container, key) of every value inside."""
    stack = [value]
    while stack:
        one = stack.pop()
        keys = list(one) if isinstance(one, dict) else list(range(len(one))) if isinstance(one, list) else []
        for key in keys:
            yield one, key
            stack.append(one[key])


def structural(document: Json, dice: random.Random) -> Json:
    """Return a document with one to three members changed, moved, doubled, renamed, wrapped or dropped."""
    changed = copy.deepcopy(document)
    for _ in range(dice.choice([1, 1, 1, 2, 3])):
        spots = list(places(changed))
        if not spots:
            break
        holder, key = dice.choice(spots)
        dice.choice(MOVES)(holder, key, changed, dice)
    return changed


def _drop(holder: Any, key: Any, _whole: Json, _dice: random.Random) -> None:
    del holder[key]


def _replace(holder: Any, key: Any, _whole: Json, dice: random.Random) -> None:
    holder[key] = copy.deepcopy(dice.choice(VALUES))


def _edit_text(holder: Any, key: Any, _whole: Json, dice: random.Random) -> None:
    if isinstance(holder[key], str):
        text = holder[key]
        at = dice.randrange(len(text) + 1)
        holder[key] = text[:at] + dice.choice(WORDS) + text[at + dice.choice([0, 1]) :]
    elif isinstance(holder[key], int | float):
        holder[key] = holder[key] + dice.choice([-1, 1, 0.5])


def _wrap(holder: Any, key: Any, _whole: Json, dice: random.Random) -> None:
    value = holder[key]
    holder[key] = dice.choice([[value], [value, value], {"@set": [value]}, {"@value": value}, {"@id": value}])


def _unwrap(holder: Any, key: Any, _whole: Json, _dice: random.Random) -> None:
    if isinstance(holder[key], list) and holder[key]:
        holder[key] = holder[key][0]


def _rename(holder: Any, key: Any, _whole: Json, dice: random.Random) -> None:
    if isinstance(holder, dict):
        holder[dice.choice(NAMES)] = holder.pop(key)


def _add(holder: Any, _key: Any, _whole: Json, dice: random.Random) -> None:
    if isinstance(holder, dict):
        holder[dice.choice(NAMES)] = copy.deepcopy(dice.choice(VALUES))
    else:
        holder.append(copy.deepcopy(dice.choice(VALUES)))


def _transplant(holder: Any, key: Any, whole: Json, dice: random.Random) -> None:
    other, name = dice.choice(list(places(whole)))
    holder[key] = copy.deepcopy(other[name])


def _shuffle(holder: Any, key: Any, _whole: Json, dice: random.Random) -> None:
    if isinstance(holder[key], list):
        dice.shuffle(holder[key])
    elif isinstance(holder[key], dict):
        items = list(holder[key].items())
        dice.shuffle(items)
        holder[key] = dict(items)


MOVES: list[Callable[..., None]] = [
    *(_drop, _replace, _edit_text, _edit_text, _wrap, _unwrap, _rename, _add, _add, _transplant, _shuffle),
]


def bytewise(data: bytes, dice: random.Random) -> bytes:
    """Return data with one to four bytes flipped, dropped, doubled, or a slice moved."""
    out = bytearray(data)
    for _ in range(dice.choice([1, 1, 2, 4])):
        if not out:
            break
        at = dice.randrange(len(out))
        how = dice.randrange(5)
        if how == 0:
            out[at] ^= 1 << dice.randrange(8)
        elif how == 1:
            del out[at : at + dice.choice([1, 2, 16])]
        elif how == 2:
            out[at:at] = out[at : at + dice.choice([1, 8, 64])]
        elif how == 3:
            out[at] = dice.randrange(256)
        else:
            to = dice.randrange(len(out))
            out[to:to] = out[at : at + 24]
    return bytes(out)


def meaning(document: Json) -> tuple[str, set[str]]:
    """Return what a reader of the JSON sees, and its proofs, so that two spellings of one meaning are equal.

    Order of members, of values in a set, and a single value against a list of it mean nothing in JSON-LD.
    Each proof of a set stands alone, so that one fewer means the same.
    """
    proofs = document.get("proof", [])
    bare = {name: value for name, value in document.items() if name != "proof"}
    known = [one for one in (proofs if isinstance(proofs, list) else [proofs]) if _is_known(one)]
    return _text(bare), {_text(one) for one in known}


def _is_known(proof: Json) -> bool:
    """Return whether the verifier takes it for a proof; beside one that holds, others are only named."""
    if not isinstance(proof, dict) or proof.get("type") != "DataIntegrityProof":
        return False
    return isinstance(proof.get("cryptosuite"), str) and proof["cryptosuite"] in SUITES


def _text(value: Json) -> str:
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=True)


def _plain(value: Json) -> Json:
    if isinstance(value, dict) and value.keys() == {"@value"}:
        return _plain(value["@value"])
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items() if one != []}  # none of something says nothing
    if isinstance(value, list):
        items = {json.dumps(_plain(one), sort_keys=True): _plain(one) for one in value}
        kept = [items[key] for key in sorted(items)]
        return kept[0] if len(kept) == 1 else kept
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


class Fuzz:
    """One run: what was tried, and what was found."""

    def __init__(self, seed: int) -> None:
        from tests.support.fuzz_seeds import seeds

        self.dice = random.Random(seed)  # noqa: S311  (no secret)
        self.seeds = seeds()
        self.tried: Counter[str] = Counter()
        self.verdicts: Counter[str] = Counter()
        self.finds: list[dict[str, Any]] = []
        self.longest = 0.0

    def run(self, seconds: float) -> None:
        """Mutate until the time is over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for one in self.seeds:
                self.try_one(one)

    def try_one(self, one: Any) -> None:
        """Check one mutation of a seed."""
        data = one.mutate(self.dice)
        if data == one.data:
            return
        self.tried[one.name] += 1
        start = time.process_time()
        try:
            report = one.check(data)
        except Exception as error:  # the very thing that is looked for
            self.find("exception", one, data, repr(error))
            return
        took = time.process_time() - start
        self.longest = max(self.longest, took)
        self.verdicts[report.verdict] += 1
        if took > 1:
            self.find("slow", one, data, f"{took:.2f} s")
        if report.ok and not one.says_the_same(data):
            self.find("verifies", one, data, report.verdict)

    def find(self, kind: str, one: Any, data: bytes, words: str) -> None:
        """Keep a find, and say it at once."""
        self.finds.append({"kind": kind, "seed": one.name, "words": words, "data": data})
        print(f"FIND {kind} {one.name}: {words}\n{data[:6000]!r}", flush=True)


def main() -> int:
    """Run, print the counts, return 1 with finds."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--seconds", type=float, default=60)
    words.add_argument("--seed", type=int, default=1)
    chosen = words.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
    import django

    django.setup()
    fuzz = Fuzz(chosen.seed)
    fuzz.run(chosen.seconds)
    print(f"tried {sum(fuzz.tried.values())}: {dict(fuzz.tried)}")
    print(f"verdicts {dict(fuzz.verdicts.most_common())}")
    print(f"finds {len(fuzz.finds)}, longest {fuzz.longest * 1000:.0f} ms of processor time")
    return 1 if fuzz.finds else 0


if __name__ == "__main__":
    sys.exit(main())
