"""The canonical form of one shape, with slots: compiled once, filled many times.

Why it is exact. JSON-LD looks at a string only to see whether it is a term, a compact IRI or an
absolute IRI, and only where a term wants an IRI. A slot in such a place takes nothing but plain
absolute IRIs of schemes that no context gives a meaning to; any other value there belongs to the
shape. A slot elsewhere is the text of a literal, whatever it says. So the statements of a
document are the statements of its shape with the slots filled in.

RDFC-1.0 labels blank nodes whose first-degree hashes all differ in the order of the hashes, and
nothing else runs. Where hashes are equal, or two statements became one, the filled statements
go through the whole of RDFC-1.0.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from operator import eq, itemgetter
from typing import Any

from credentials.canon import jsonld, rdfc
from credentials.canon.contexts import ContextLoader
from credentials.canon.nquads import Quad, escape_literal, write
from credentials.shapes import structure
from credentials.shapes.structure import NotCovered

# ASCII without the characters that N-Quads forbids in an IRI.
PLAIN_IRI = re.compile(r"(?:https?://|urn:|did:|mailto:)[!#-;=?-\[\]_a-z~]+\Z")
SCHEMES = frozenset({"http", "https", "urn", "did", "mailto"})

_MARK = "urn:x-slot:"
_SLOT = re.compile(r'<urn:x-slot:(?P<iri>\d+)>\Z|"urn:x-slot:(?P<text>\d+)"(?P<rest>.*)\Z', re.DOTALL)

Getter = Callable[[list[str]], tuple[str, ...]]


class Template:
    """One compiled shape.

    quads: the statements of the shape, with marks for slots. reserved: absolute IRIs that some
    context defines as terms. sample: slots of one document, to lay the lines in their order.
    """

    def __init__(self, quads: list[Quad], reserved: frozenset[str], sample: list[str]) -> None:
        self.quads = quads
        self.reserved = reserved
        self.iris = sorted(_slots(quads, "iri"))
        self.nodes = list(dict.fromkeys(term for quad in quads for term in quad if term[:1] == "_"))
        self._compile_hashes()
        self._compile_lines(sample)

    def canonical(self, slots: list[str]) -> tuple[str, bool]:
        """Return the canonical form with the slots filled, and whether no two nodes looked alike.

        Raises NotCovered for a value that has no place in this shape.
        """
        self._check(slots)
        values = _escaped(slots)
        hashes = self.hashes.copy()
        for number, text, arguments in self.moving:
            hashes[number] = _digest((text % arguments(values)).split("\n"))
        ranked = sorted(hashes)
        if not any(map(eq, ranked, ranked[1:])):
            labels = {digest: f"_:c14n{number}" for number, digest in enumerate(ranked)}
            values += [labels[digest] for digest in hashes]
            lines = (self.text % self.arguments(values)).split("\n")
            lines.sort()
            if not any(map(eq, lines, lines[1:])):
                return "\n".join(lines) + "\n", True
        return rdfc.canonicalize(self.fill(slots)), False

    def fill(self, slots: list[str]) -> list[Quad]:
        """Return the statements of the document that has these slots."""
        terms = {term: _filled(term, slots) for quad in self.quads for term in quad}
        return [Quad(*(terms[term] for term in quad)) for quad in self.quads]

    def _check(self, slots: list[str]) -> None:
        for number in self.iris:
            value = slots[number]
            if PLAIN_IRI.match(value) is None or value in self.reserved:
                raise NotCovered

    def _compile_hashes(self) -> None:
        """Hash the nodes that no slot touches once and for all; keep a text to fill for the others."""
        self.hashes: list[str] = []
        self.moving: list[tuple[int, str, Getter]] = []
        for number, node in enumerate(self.nodes):
            marks = {other: "_:a" if other == node else "_:z" for other in self.nodes}
            mine = [Quad(*(marks.get(term, term) for term in quad)) for quad in self.quads if node in quad]
            text, order = _text(mine, {})
            if order:
                self.moving.append((number, text, _getter(order)))
            self.hashes.append("" if order else _digest((text % ()).split("\n")))

    def _compile_lines(self, sample: list[str]) -> None:
        """Lay the lines as the sample's canonical form has them, so that sorting finds them in order."""
        filled = self.fill(sample)
        labels = rdfc.issue_labels(filled)
        lines = [write(Quad(*(labels.get(term, term) for term in quad))) for quad in filled]
        ordered = [quad for _, quad in sorted(zip(lines, self.quads, strict=True))]
        places = {node: len(sample) + number for number, node in enumerate(self.nodes)}
        self.text, order = _text(ordered, places)
        self.arguments = _getter(order)


def compile_template(document: dict[str, Any], fixed: Iterable[int], loader: ContextLoader) -> Template:
    """Return the template of a document's shape. Raises NotCovered, ProofError.

    fixed: slots that keep the document's value. The result was compared with the full algorithm
    on the document itself.
    """
    shape, slots = structure.read(document)
    if _MARK in repr(shape) or any(_MARK in slot for slot in slots):
        raise NotCovered
    kept = set(fixed)
    marks = [slot if number in kept else f"{_MARK}{number}" for number, slot in enumerate(slots)]
    quads = jsonld.to_rdf(structure.fill(document, marks), loader)
    _check_marks(quads, set(range(len(slots))) - kept)
    template = Template(quads, reserved_names(loader), slots)
    text, _ = template.canonical(slots)
    if text != rdfc.canonicalize(jsonld.to_rdf(document, loader)):
        raise NotCovered
    return template


def fixed_slots(document: dict[str, Any], loader: ContextLoader) -> tuple[int, ...]:
    """Return the slots whose values belong to the shape: in an IRI's place, but not plain IRIs."""
    _, slots = structure.read(document)
    reserved = reserved_names(loader)
    marks = [f"{_MARK}{number}" for number in range(len(slots))]
    quads = jsonld.to_rdf(structure.fill(document, marks), loader)
    return tuple(
        number
        for number in sorted(_slots(quads, "iri"))
        if not PLAIN_IRI.match(slots[number]) or slots[number] in reserved
    )


@functools.lru_cache(maxsize=8)
def reserved_names(loader: ContextLoader) -> frozenset[str]:
    """Return the names with a colon that any context of the loader defines.

    Raises NotCovered when a context gives a meaning to a scheme of plain IRIs.
    """
    names: set[str] = set()
    stack: list[Any] = list(loader.documents.values())
    while stack:
        value = stack.pop()
        if isinstance(value, Mapping):
            names.update(value)
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value)
    if names & SCHEMES:
        raise NotCovered
    return frozenset(name for name in names if ":" in name)


def _check_marks(quads: list[Quad], expected: set[int]) -> None:
    """Refuse a shape in which a slot is lost, is inside a longer term, or is both IRI and text."""
    for quad in quads:
        if any(_MARK in term and not _SLOT.match(term) for term in quad) or _SLOT.match(quad.predicate):
            raise NotCovered
    iris, texts = _slots(quads, "iri"), _slots(quads, "text")
    if iris & texts or iris | texts != expected:
        raise NotCovered


def _slots(quads: Iterable[Quad], place: str) -> set[int]:
    matches = (_SLOT.match(term) for quad in quads for term in quad if _MARK in term)
    return {int(match[place]) for match in matches if match and match[place]}


def _escaped(slots: list[str]) -> list[str]:
    """Return the slots as they stand between quotes; most documents need no escape at all."""
    text = "".join(slots)
    if text.isprintable() and '"' not in text and "\\" not in text:
        return slots.copy()
    return [escape_literal(value) for value in slots]


def _filled(term: str, slots: list[str]) -> str:
    match = _SLOT.match(term) if _MARK in term else None
    if match is None:
        return term
    if match["iri"]:
        return f"<{slots[int(match['iri'])]}>"
    return f'"{escape_literal(slots[int(match["text"])])}"{match["rest"]}'


def _text(quads: Iterable[Quad], places: Mapping[str, int]) -> tuple[str, list[int]]:
    """Return one text for the lines of all quads, with `%s` for what is filled in, and its order."""
    order: list[int] = []

    def hole(term: str) -> str:
        match = _SLOT.match(term) if _MARK in term else None
        if match is not None:
            order.append(int(match["iri"] or match["text"]))
            rest = (match["rest"] or "").replace("%", "%%")
            return "<%s>" if match["iri"] else f'"%s"{rest}'
        if term in places:
            order.append(places[term])
            return "%s"
        return term.replace("%", "%%")

    lines = [write(Quad(*[hole(term) for term in quad])).rstrip("\n") for quad in quads]
    return "\n".join(lines), order


def _getter(order: list[int]) -> Getter:
    if len(order) > 1:
        return itemgetter(*order)
    return lambda values: tuple(values[place] for place in order)


def _digest(lines: list[str]) -> str:
    lines.sort()
    return sha256(("\n".join(lines) + "\n").encode()).hexdigest()
