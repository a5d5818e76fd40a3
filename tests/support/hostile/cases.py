"""What a hostile case is, and the world in which it is checked."""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from credentials.proofs import multibase
from tests.support.issuers import Saved, Signing

Json = dict[str, Any]
COLLEGE = Signing(1)
STRANGER = Signing(2, "did:web:stranger.example", name="Riverbend Community College")
GUILD = Signing(3, "did:web:guild.example", name="Welders' guild")
SMALL = 12_000  # bytes; a larger document is made when the test runs


@dataclass(frozen=True)
class Case:
    """A flaw. document: what comes in. twin: the same without the flaw. answers: what else differs in its world."""

    name: str
    expected: str
    document: bytes
    twin: bytes
    answers: dict[str, bytes | None] = field(default_factory=dict)

    def world(self, *, hostile: bool = True) -> Saved:
        """Return the saved answers in which the case, or its twin, is checked."""
        saved = Saved(dict(base_answers()))
        for url, body in (self.answers if hostile else {}).items():
            if body is None:
                saved.answers.pop(url, None)
            else:
                saved.answers[url] = body
        return saved


@cache
def base_answers() -> dict[str, bytes]:
    """Return what the college, the stranger and the guild publish."""
    saved = Saved()
    for issuer in (COLLEGE, STRANGER, GUILD):
        issuer.publish(saved)
    return saved.answers | FURTHER


@cache
def _badge() -> str:
    return text_of(
        COLLEGE.credential(achievement=COLLEGE.achievement(alignments=(), result_descriptions=()), results=())
    )


def badge() -> Json:
    """Return the college's small signed badge, to be spoiled."""
    return json.loads(_badge())


def unsigned() -> Json:
    """Return the same badge before signing."""
    document = badge()
    del document["proof"]
    return document


def text_of(document: Json) -> str:
    """Return a document as compact text."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


CASES: list[Callable[[], Case]] = []
FURTHER: dict[str, bytes] = {}  # what a room of cases needs published beside the issuers' own documents
Made = bytes | str | Json


def part(value: Json | str) -> str:
    """Return one part of a token, whatever it says."""
    text = value if isinstance(value, str) else text_of(value)
    return multibase.base64url_encode(text.encode())


def case(
    expected: str, *, twin: Callable[[], Made] = badge
) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Register a recipe under its function's name. It returns the document, or (document, answers)."""

    def decorate(recipe: Callable[[], Any]) -> Callable[[], Any]:
        def make() -> Case:
            made = recipe()
            document, answers = made if isinstance(made, tuple) else (made, {})
            bodies = {url: None if body is None else as_bytes(body) for url, body in answers.items()}
            return Case(recipe.__name__, expected, as_bytes(document), as_bytes(twin()), bodies)

        make.__name__ = recipe.__name__
        CASES.append(make)
        return recipe

    return decorate


def cases(expected: str, twin: Callable[[], Made], **recipes: Callable[[], Any]) -> None:
    """Register recipes that have one twin and one expected code, each under its name here."""
    for name, make in recipes.items():

        def recipe(make: Callable[[], Any] = make) -> Any:
            return make()

        recipe.__name__ = name
        case(expected, twin=twin)(recipe)


def spoiled(expected: str, **changes: Callable[[Json], Any]) -> None:
    """Register a case for each change made to the badge after it was signed."""
    for name, change in changes.items():

        def recipe(change: Callable[[Json], Any] = change) -> Json:
            document = copy.deepcopy(badge())
            change(document)
            return document

        recipe.__name__ = name
        case(expected)(recipe)


def signed_with(expected: str, **changes: Callable[[Json], Any]) -> None:
    """Register a case for each flaw that is in the badge before the college signs it."""
    for name, change in changes.items():

        def recipe(change: Callable[[Json], Any] = change) -> Json:
            document = unsigned()
            change(document)
            return COLLEGE.sign(document)

        recipe.__name__ = name
        case(expected)(recipe)


def as_bytes(made: Made) -> bytes:
    """Return what was made as bytes."""
    if isinstance(made, bytes):
        return made
    return (made if isinstance(made, str) else text_of(made)).encode("utf-8", "surrogatepass")
