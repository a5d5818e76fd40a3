"""Credentials of one kind, cast instead of built: linted once, then filled with what rows say.

A kind is everything but the texts: achievement and issuer, status list, which members are there,
which levels were reached, how many credits were earned. Its first document is built and linted whole. What the lint says of
another document of the kind depends on its texts only by the rules that `fits` holds them to;
a row that does not fit is built and linted by itself. A test compares both ways on any text.
"""

import functools
import zoneinfo
from collections import OrderedDict
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple

from credentials.documents.dates import instant_text, noon_text
from credentials.documents.errors import DocumentError
from credentials.documents.identity import hash_identity
from credentials.documents.text import find_traps
from credentials.documents.uris import is_uri
from credentials.minting.documents import Frame, Json, NotFitToSign, Reserved, build
from credentials.minting.drawing import SALT_BYTES
from credentials.proofs.multibase import base64url_encode
from credentials.shapes.cache import ShapeCache
from credentials.shapes.press import Path, Press
from credentials.shapes.structure import NotCovered

MAX_KINDS = 512
MAX_TRIES = 5  # rows that are not fit themselves make no mold; another row of the kind may
_SUBJECT = "credentialSubject"


class Cast(NamedTuple):
    """An unsigned document as JSON, and the SHA-256 of its canonical form."""

    text: bytes
    digest: bytes
    context: tuple[str, ...]


class Molds:
    """The molds of this process, the least recently used dropped."""

    def __init__(self, cache: ShapeCache) -> None:
        self.cache = cache
        self.kinds: OrderedDict[tuple[Any, ...], Mold | int] = OrderedDict()  # or how often none came about

    def cast(self, one: Reserved, frame: Frame, list_url: str, zone: zoneinfo.ZoneInfo) -> Cast | None:
        """Return the document of a row, or None if it must be built and linted by itself."""
        kind = _kind(one, frame, list_url, zone)
        known = self.kinds.get(kind, 0)
        if isinstance(known, int):
            if known >= MAX_TRIES:
                return None
            known = self.kinds[kind] = self._mold(one, frame, list_url, zone) or known + 1
            if len(self.kinds) > MAX_KINDS:
                self.kinds.popitem(last=False)
        else:
            self.kinds.move_to_end(kind)
        return None if isinstance(known, int) else known.cast(one)

    def _mold(self, one: Reserved, frame: Frame, list_url: str, zone: zoneinfo.ZoneInfo) -> "Mold | None":
        try:
            return Mold(build(one, frame, list_url, zone), one, list_url, zone, self.cache)
        except (NotFitToSign, NotCovered):
            return None


def _kind(one: Reserved, frame: Frame, list_url: str, zone: zoneinfo.ZoneInfo) -> tuple[Any, ...]:
    """Return what two rows have in common if their documents differ in free texts only."""
    there = (not one.name, not one.email, not one.narrative, not one.evidence_url, one.valid_until is None)
    kind = (frame, list_url, zone.key, there, one.credits)
    return (*kind, *[_result_kind(result, frame.valued) for result in one.result]) if one.result else kind


def _result_kind(result: dict[str, str], valued: frozenset[str]) -> tuple[str, str, str | bool]:
    """Return the same of a result; a value that the lint holds against a list belongs to the kind."""
    description, value = result.get("description", ""), result.get("value", "")
    return (description, result.get("achieved_level", ""), value if description in valued else not value)


class Mold:
    """One kind. Made of a document that passed the lint."""

    def __init__(
        self, document: Json, one: Reserved, list_url: str, zone: zoneinfo.ZoneInfo, cache: ShapeCache
    ) -> None:
        self.zone, self.list_url, self.context = zone, list_url, tuple(document["@context"])
        self.results = [number for number, result in enumerate(one.result) if result.get("value", "")]
        self.names = _ids_in(document)
        self.ways = list(self._ways(one, document))
        self.press = Press(document, [path for path, _ in self.ways], cache)

    def cast(self, one: Reserved) -> Cast | None:
        """Return the document of a row of this kind, or None if its texts do not fit."""
        if not self.fits(one):
            return None
        try:
            texts = Texts(one)
            return Cast(*self.press([way(texts) for _, way in self.ways]), self.context)
        except (NotCovered, DocumentError):
            return None

    def fits(self, one: Reserved) -> bool:
        """Tell whether no text of the row could change what the lint says of this kind.

        Names and addresses of ours are well formed by their types. Texts must be free of traps, a
        name not blank, an address of evidence a URI that no other part of the document has.
        """
        free = [one.name, one.narrative, *(one.result[number]["value"] for number in self.results)]
        if not ("".join(free).isprintable() or all(map(_is_clean, free))) or (
            one.name and one.name.isspace()
        ):
            return False
        if one.valid_until is not None and _second(one.valid_until) < _second(one.valid_from):
            return False
        if len(one.salt) != SALT_BYTES or one.status_index < 0:
            return False
        return not one.evidence_url or (is_uri(one.evidence_url) and one.evidence_url not in self.names)

    def _ways(self, one: Reserved, document: Json) -> "list[tuple[Path, Callable[[Texts], str]]]":
        """Return which text stands where in the documents of this kind."""
        ways: list[tuple[Path, Callable[[Texts], str]]] = [
            (("id",), lambda texts: texts.id),
            (("validFrom",), lambda texts: _instant(texts.one.valid_from)),
            (("awardedDate",), lambda texts: _noon(texts.one.awarded_on, self.zone)),
            ((_SUBJECT, "id"), lambda texts: f"urn:uuid:{texts.one.subject_urn}"),
            (("credentialStatus", "id"), lambda texts: f"{self.list_url}#{texts.one.status_index}"),
            (("credentialStatus", "statusListIndex"), lambda texts: str(texts.one.status_index)),
        ]
        if one.email:
            ways.append(((_SUBJECT, "identifier", 0, "identityHash"), lambda texts: texts.hash))
            ways.append(((_SUBJECT, "identifier", 0, "salt"), lambda texts: texts.salt))
        if one.name:
            ways.append(((_SUBJECT, "name"), lambda texts: texts.one.name))
        if one.narrative:
            ways.append(((_SUBJECT, "narrative"), lambda texts: texts.one.narrative))
        if one.valid_until is not None:
            ways.append((("validUntil",), lambda texts: _instant(texts.one.valid_until)))
        if one.evidence_url:
            ways.append((("evidence", 0, "id"), lambda texts: texts.one.evidence_url))
        for number in range(len(one.result)):
            ways.append(((_SUBJECT, "result", number, "id"), _result_id(number)))
        for number in self.results:
            ways.append(((_SUBJECT, "result", number, "value"), _result_value(number)))
        return ways


class Texts:
    """What a row makes stand in its document, as far as it takes work."""

    __slots__ = ("hash", "id", "one", "salt")

    def __init__(self, one: Reserved) -> None:
        self.one = one
        self.id = f"urn:uuid:{one.urn}"
        if one.email:
            self.salt = base64url_encode(one.salt)
            self.hash = hash_identity(one.email.lower(), self.salt)


def _result_id(number: int) -> Callable[[Texts], str]:
    return lambda texts: f"{texts.id}#result-{number + 1}"


def _result_value(number: int) -> Callable[[Texts], str]:
    return lambda texts: texts.one.result[number]["value"]


@functools.lru_cache(maxsize=64)
def _instant(moment: datetime | None) -> str:
    return instant_text(moment) if moment else ""


@functools.lru_cache(maxsize=1_024)
def _noon(day: date, zone: zoneinfo.ZoneInfo) -> str:
    return noon_text(day, zone)


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _is_clean(text: str) -> bool:
    """Tell whether the lint has no error for a free text."""
    return text.isprintable() or all(trap.severity != "error" for trap in find_traps(text))


def _ids_in(document: Json) -> frozenset[str]:
    """Return every id in a document but that of the evidence, which is what may vary."""
    found: set[str] = set()
    stack: list[Any] = [value for name, value in document.items() if name != "evidence"]
    if type(document.get("id")) is str:
        found.add(document["id"])
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            if type(value.get("id")) is str:
                found.add(value["id"])
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value)
    return frozenset(found)
