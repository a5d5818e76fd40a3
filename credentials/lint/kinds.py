"""Checks of single values and of objects by table. A check takes the report, a value and its path."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from credentials.documents.dates import read_date, read_stamp
from credentials.documents.text import sorts_unlike
from credentials.documents.uris import is_iri, is_uri
from credentials.documents.vocabulary import COMPACT_JWS, EXTENSION_TERM, LANGUAGE_TAG
from credentials.lint.findings import MAX_DEPTH, Path, Report

Check = Callable[[Report, Any, Path], None]
_REFERENCE = frozenset({"id", "type"})
MAX_FRACTION = 100_000  # beyond, hundredths are no longer told apart by their shortest spelling everywhere


@dataclass(frozen=True, slots=True)
class Shape:
    """One class of the standard: its members, what is required, whether others may stand beside.

    wants_id: an object of ours should have an id, so that its blank node need not be labelled.
    shares_id: the standard lets it repeat the id of another object, whose node it then adds to.
    """

    name: str
    members: dict[str, Check]
    required: tuple[str, ...] = ()
    closed: bool = False
    wants_id: bool = False
    shares_id: bool = False
    rules: list[Callable[[Report, dict[str, Any], Path], None]] = field(default_factory=list)

    def __call__(self, report: Report, value: Any, path: Path) -> None:
        """Check an object against this table, then by its own rules."""
        if type(value) is not dict:
            report.should(path, "not-object", f"{self.name} must be an object.")
        elif report.depth >= MAX_DEPTH:
            report.must(path, "too-deep", "Objects are nested too deep.")
        elif id(value) not in report.known:
            report.depth += 1
            self._check_members(report, value, path)
            for rule in self.rules:
                rule(report, value, path)
            if not self.shares_id:
                _note_node(report, value, path, self.wants_id)
            report.depth -= 1

    def _check_members(self, report: Report, value: dict[str, Any], path: Path) -> None:
        members = self.members
        for key, item in value.items():
            check = members.get(key)
            if check is not None:
                check(report, item, (path, key))
            elif self.closed:
                report.should((path, key), "member-unknown", f"{self.name} takes no other members.")
        for key in self.required:
            if key not in value:
                report.should(path, "member-missing", f"{self.name} needs {key}.")


def _note_node(report: Report, value: dict[str, Any], path: Path, wants_id: bool) -> None:
    own = value.get("id")
    if type(own) is str:
        other = report.nodes.setdefault(own, value)
        if other is not value and (
            _contradicts(other, value) or (report.strict and _tells_more(other, value))
        ):
            report.should(path, "id-twice", "Two objects with one id say different things; they would merge.")
    elif wants_id and report.strict and own is None:
        report.advise(path, "id-missing", "An id makes canonical forms cheap.")


def _contradicts(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return any(key in one and one[key] != item for key, item in other.items())


def _tells_more(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Return whether one of two descriptions lacks a member, unless it is a reference: RDF would hide which."""
    return one.keys() != other.keys() and not (one.keys() <= _REFERENCE or other.keys() <= _REFERENCE)


def text(report: Report, value: Any, path: Path) -> None:
    """Text; a map of languages does not survive canonicalization."""
    if type(value) is not str:
        report.should(path, "not-text", "Text is needed here, in one language.")


def filled_text(report: Report, value: Any, path: Path) -> None:
    """Text that says something."""
    if type(value) is not str:
        report.should(path, "not-text", "Text is needed here, in one language.")
    elif not value.strip():
        report.should(path, "text-empty", "The text is empty.")


def own_id(report: Report, value: Any, path: Path) -> None:
    """One absolute URI (VCDM 2.0, 4.4: a must)."""
    _uri(report, value, path, report.must)


def uri(report: Report, value: Any, path: Path) -> None:
    """One absolute URI where another standard asks for it."""
    _uri(report, value, path, report.should)


def _uri(report: Report, value: Any, path: Path, note: Callable[[Path, str, str], None]) -> None:
    if type(value) is not str:
        note(path, "not-uri", "One absolute URI is needed here.")
    elif not is_uri(value):
        if is_iri(value):
            report.should(path, "uri-unescaped", "Write the URI in ASCII, with percent signs.")
        else:
            note(path, "not-uri", "One absolute URI is needed here.")


def date_time(report: Report, value: Any, path: Path) -> None:
    """A date and time with zone."""
    if read_stamp(value) is None:
        report.should(path, "not-date-time", "A date and time with zone is needed here.")
    elif report.strict and "." in value:
        report.should(path, "fraction-of-second", "Write whole seconds.")


def day(report: Report, value: Any, path: Path) -> None:
    """A date without time."""
    if read_date(value) is None:
        report.should(path, "not-date", "A date is needed here.")


def boolean(report: Report, value: Any, path: Path) -> None:
    """True or false."""
    if type(value) is not bool:
        report.should(path, "not-boolean", "true or false is needed here.")


def number(report: Report, value: Any, path: Path) -> None:
    """A number; in our own documents one that every writer spells alike: whole, or with two decimals."""
    if type(value) is float:
        if value != value or value in (float("inf"), float("-inf")):
            report.must(path, "not-json", "The number is not finite.")
        elif report.strict and not _spelled_alike(value):
            report.should(path, "float", "Write 3, not 3.0; a fraction has at most two decimals.")
    elif type(value) is not int:
        report.should(path, "not-number", "A number is needed here.")


def _spelled_alike(value: float) -> bool:
    """Say whether a fraction has one spelling in JSON, JCS and JSON-LD: at most two decimals, not whole."""
    return value == round(value, 2) and not value.is_integer() and abs(value) < MAX_FRACTION


def language(report: Report, value: Any, path: Path) -> None:
    """A language tag as the 1EdTech schemas take it."""
    if type(value) is not str or LANGUAGE_TAG.match(value) is None:
        report.should(path, "not-language", "A language tag such as en-US is needed here.")


def compact_jws(report: Report, value: Any, path: Path) -> None:
    """A compact JWS."""
    if type(value) is not str or COMPACT_JWS.match(value) is None:
        report.should(path, "not-jws", "A compact JWS is needed here.")


def one_of(words: Iterable[str], *, extensible: bool = False) -> Check:
    """A word of a list, or "ext:…" where the list may be extended."""
    known = frozenset(words)

    def check(report: Report, value: Any, path: Path) -> None:
        if type(value) is str and (value in known or (extensible and EXTENSION_TERM.match(value))):
            return
        report.should(path, "not-in-list", "The word is not in the standard's list.")

    return check


def many(item: Check, *, may_be_single: bool = False) -> Check:
    """An array. may_be_single: others may write one value without brackets; we never do."""

    def check(report: Report, value: Any, path: Path) -> None:
        if type(value) is list:
            if not value:
                report.should(path, "array-empty", "Leave an empty array out.")
            for index, one in enumerate(value):
                item(report, one, (path, index))
            return
        if report.strict or not may_be_single:
            report.should(path, "not-array", "An array is needed here, even for one value.")
        item(report, value, path)

    return check


def many_texts(item: Check = text) -> Check:
    """An array of texts that RDF keeps as a set: no value twice, one order for every canonicalizer."""
    each = many(item)

    def check(report: Report, value: Any, path: Path) -> None:
        each(report, value, path)
        if type(value) is not list or not all(type(one) is str for one in value):
            return
        if len(set(value)) != len(value):
            report.should(path, "value-twice", "A value stands twice; a signature covers it once.")
        if report.wide and sorts_unlike(value):
            report.advise(path, "order-differs", "Some software sorts these values differently; reword one.")

    return check


def classes(name: str) -> Check:
    """An array of types that holds the name."""

    def check(report: Report, value: Any, path: Path) -> None:
        if type(value) is list:
            if name not in value:
                report.should(path, "type-missing", f"The types must hold {name}.")
            elif not all(type(one) is str for one in value):
                report.should(path, "not-text", "A type is not text.")
        elif value != name or type(value) is not str:
            report.should(path, "type-missing", f"The types must hold {name}.")
        elif report.strict:
            report.should(path, "not-array", "An array is needed here, even for one value.")

    return check


def class_text(name: str) -> Check:
    """The type as one text, for the classes whose schema fixes it so."""

    def check(report: Report, value: Any, path: Path) -> None:
        if type(value) is not str or value != name:
            report.should(path, "type-missing", f"The type must be {name}.")

    return check


def objects_in(value: Any) -> list[dict[str, Any]]:
    """Return the objects of an array, or the one object, and nothing else."""
    if type(value) is dict:
        return [value]
    return [one for one in value if type(one) is dict] if type(value) is list else []
