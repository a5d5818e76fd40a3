"""What the fuzzing starts from: one valid document of every format, how it is mutated, and how it is read again."""

import base64
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from credentials.checks.report import Report
from credentials.documents.baking.png import bake_png
from credentials.documents.baking.svg import bake_svg
from credentials.reading import incoming
from tests.credentials.checks.checking import check
from tests.credentials.reading.test_codes import code, saved
from tests.credentials.reading.test_incoming import paper
from tests.support.fuzz import bytewise, meaning, structural
from tests.support.hostile import older, papers, presentations, tokens
from tests.support.hostile.cases import COLLEGE, badge, base_answers, text_of
from tests.support.hostile.lists import PNG, SVG, record
from tests.support.issuers import Saved

Dice = random.Random


@dataclass
class Seed:
    """A valid document. world: addresses whose answers are mutated instead of the document, or none."""

    name: str
    data: bytes
    parts: str = "json"  # how it is taken apart for structural mutations
    answers: dict[str, bytes] = field(default_factory=dict)

    def mutate(self, dice: Dice) -> bytes:
        """Return the document with something changed."""
        if self.parts == "bytes" or dice.random() < 0.25:
            return bytewise(self.data, dice)
        if self.parts == "token":
            return _token(self.data, dice)
        changed = structural(json.loads(self.data), dice)
        return json.dumps(changed, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")

    def check(self, data: bytes) -> Report:
        """Return the report on a mutation."""
        return check(data, Saved(dict(base_answers()) | self.answers))

    def says_the_same(self, data: bytes) -> bool:
        """Return whether a reader sees what was signed, with no proof that was not there."""
        try:
            told, proofs = meaning(incoming.read(data).document)
        except incoming.NotRead:
            return False
        wanted, given = meaning(incoming.read(self.data).document)
        return told == wanted and proofs <= given


class Answer(Seed):
    """An answer of the world is mutated: did.json, or the list of withdrawn credentials of a withdrawn badge."""

    url = ""

    def check(self, data: bytes) -> Report:
        """Return the report on the badge in the mutated world."""
        return check(badge(), Saved(dict(base_answers()) | {self.url: data}))

    def says_the_same(self, data: bytes) -> bool:
        """Return True: the badge itself is untouched, and its issuer may publish what it likes."""
        return True


def _answer(name: str, url: str, document: Any) -> Answer:
    made = Answer(name, text_of(document).encode())
    made.url = url
    return made


class WithdrawnList(Answer):
    """The list on which the badge stands: whatever is changed in it, the badge never verifies."""

    def says_the_same(self, data: bytes) -> bool:
        """Return False: no change to a signed list takes the badge off it."""
        return False


class Older(Seed):
    """A badge of version 2: the page shows what its issuer's site says, so that is what must stay the same."""

    def says_the_same(self, data: bytes) -> bool:
        """Return whether a reader is shown what the site and the signature say."""
        return self.check(data).summary == self.check(self.data).summary


def _token(data: bytes, dice: Dice) -> bytes:
    """Mutate the header or the payload of a token as JSON, leaving the signature."""
    parts = data.decode().split(".")
    at = dice.choice([0, 1])
    opened = json.loads(base64.urlsafe_b64decode(parts[at] + "=="))
    parts[at] = base64.urlsafe_b64encode(json.dumps(structural(opened, dice)).encode()).rstrip(b"=").decode()
    return ".".join(parts).encode()


def _listed() -> WithdrawnList:
    made = WithdrawnList("list of a withdrawn badge", text_of(COLLEGE.status_list(40_961)).encode())
    made.url = COLLEGE.list_url
    return made


def seeds() -> list[Seed]:
    """Return one seed of every format."""
    text = text_of(badge())
    full = text_of(COLLEGE.credential())
    jcs = text_of(COLLEGE.sign(_bare(), cryptosuite="eddsa-jcs-2022"))
    pair = text_of(COLLEGE.sign(badge(), created="2026-05-19T08:00:00Z"))
    making: list[Callable[[], Seed]] = [
        lambda: Seed("badge", text.encode()),
        lambda: Seed("full badge", full.encode()),
        lambda: Seed("badge by JCS", jcs.encode()),
        lambda: Seed("two proofs", pair.encode()),
        lambda: Seed("record", text_of(record()).encode()),
        lambda: Seed("token", tokens.token().encode(), "token"),
        lambda: Seed("SD-JWT", tokens.sd_jwt().encode(), "bytes"),
        lambda: Seed("envelope", text_of(tokens.envelope()).encode()),
        lambda: Seed("PNG", bake_png(PNG, text), "bytes"),
        lambda: Seed("SVG", bake_svg(SVG, text), "bytes"),
        lambda: Seed("PDF", paper(credential__json=text), "bytes"),
        lambda: Seed("QR", papers.credential_in_a_code(), "bytes"),
        lambda: Seed("QR with a link", saved(code("https://college.example/x")), "bytes"),
        lambda: Seed("PDF with kids", papers.paper_with_kids(), "bytes"),
        lambda: Seed("presentation", presentations.token().encode(), "token"),
        lambda: Seed("presentation in its envelope", text_of(presentations.envelope()).encode()),
        lambda: Older("older badge", text_of(older.hosted()).encode()),
        lambda: Older("older badge, signed", older.token().encode(), "token"),
        lambda: _answer("did.json", COLLEGE.did_url, COLLEGE.did_document()),
        _listed,
    ]
    return [make() for make in making]


def _bare() -> Any:
    document = badge()
    del document["proof"]
    return document
