"""The canonical form of one shape, with slots: compiled once, filled many times.

Why it is exact. JSON-LD looks at a string only to see whether it is a term, a compact IRI or an
absolute IRI, and only where a term wants an IRI. A slot in such a place takes nothing but plain
absolute IRIs of schemes that no context gives a meaning to; any other value there belongs to the
shape. A slot elsewhere is the text of a literal, whatever it says. So the statements of a
document are the statements of its shape with the slots filled in.

RDFC-1.0 labels blank nodes whose first-degree hashes all differ in the order of the hashes, and
nothing else runs. Where hashes are equal, the rest of RDFC-1.0 runs on the shape, because it
looks at hashes, predicates and blank nodes only, never at a slot. Where two statements became
one, or two subjects, the filled statements go through the whole of RDFC-1.0.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import groupby
from operator import eq, itemgetter
from typing import Any, NamedTuple

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

Getter = Callable[[list[bytes]], tuple[bytes, ...]]


class Template:
    """One compiled shape.

    quads: the statements of the shape, with marks for slots. reserved: absolute IRIs that some
    context defines as terms. sample: slots of one document, to lay the lines in their order.
    """

    def __init__(self, quads: list[Quad], reserved: frozenset[str], sample: list[str]) -> None:
        self.quads = quads
        self.reserved = reserved
        self.iris = sorted(_slots(quads, "iri"))
        self.mentions = rdfc.mentions(quads)
        self.nodes = list(self.mentions)
        self._compile_hashes()
        self._compile_lines(sample)

    def canonical(self, slots: list[str]) -> tuple[bytes, bool]:
        """Return the canonical form with the slots filled, and whether no two nodes looked alike.

        Raises NotCovered for a value that has no place in this shape.
        """
        self._check(slots)
        alone = False
        if self.subjects_stay_apart(slots):
            values = _escaped(slots)
            labels, alone = self._labels(values)
            units = (self.text % self.arguments(values + labels)).split(b"\0") + self.still
            units.sort()
            if not any(map(eq, units, units[1:])):
                return b"".join(units), alone
        return rdfc.canonicalize(self.fill(slots)).encode(), False

    def _labels(self, values: list[bytes]) -> tuple[list[bytes], bool]:
        """Return the label of each node, and whether the hashes alone decided it."""
        hashes = self.hashes.copy()
        for number, text, arguments in self.moving:
            hashes[number] = _digest((text % arguments(values)).split(b"\n"))
        ranked = sorted(hashes)
        if not any(map(eq, ranked, ranked[1:])):
            places = {digest: b"_:c14n%d" % number for number, digest in enumerate(ranked)}
            return [places[digest] for digest in hashes], True
        issued = rdfc.issue_labels_by_hash(self.mentions, dict(zip(self.nodes, hashes, strict=True)))
        return [issued[node].encode() for node in self.nodes], False

    def fill(self, slots: list[str]) -> list[Quad]:
        """Return the statements of the document that has these slots."""
        terms = {term: _filled(term, slots) for quad in self.quads for term in quad}
        return [Quad(*(terms[term] for term in quad)) for quad in self.quads]

    def subjects_stay_apart(self, slots: list[str]) -> bool:
        """Tell whether no slot gives a subject the name of another; then their lines do not mix."""
        named = [slots[number] for number in self.subjects]
        return len(set(named)) == len(named) and self.constant_subjects.isdisjoint(named)

    def _check(self, slots: list[str]) -> None:
        for number in self.iris:
            value = slots[number]
            if PLAIN_IRI.match(value) is None or value in self.reserved:
                raise NotCovered

    def _compile_hashes(self) -> None:
        """Hash the nodes that no slot touches once and for all; keep a text to fill for the others."""
        self.hashes: list[str] = []
        self.moving: list[tuple[int, bytes, Getter]] = []
        for number, node in enumerate(self.nodes):
            marks = {other: "_:a" if other == node else "_:z" for other in self.nodes}
            mine = [Quad(*(marks.get(term, term) for term in quad)) for quad in self.mentions[node]]
            lines = [line_of(quad, {}) for quad in mine]
            text = "".join(line.text for line in lines).rstrip("\n").encode()
            order = [place for line in lines for place in line.order]
            if order:
                self.moving.append((number, text, _getter(order)))
            self.hashes.append("" if order else _digest((text % ()).split(b"\n")))

    def _compile_lines(self, sample: list[str]) -> None:
        """Lay the lines as the sample's canonical form has them, in units that cannot mix."""
        subjects = {quad.subject for quad in self.quads}
        self.subjects = sorted(_slots([Quad(term, "", "") for term in subjects], "iri"))
        self.constant_subjects = {term[1:-1] for term in subjects if _MARK not in term and term[0] == "<"}
        filled = self.fill(sample)
        labels = rdfc.issue_labels(filled)
        written = [write(Quad(*(labels.get(term, term) for term in quad))) for quad in filled]
        places = {node: len(sample) + number for number, node in enumerate(self.nodes)}
        ordered = [line_of(quad, places) for _, quad in sorted(zip(written, self.quads, strict=True))]
        units = [unit for block in blocks_of(ordered) for unit in units_of(block)]
        moving = [unit for unit in units if _moves(unit)]
        self.still = sorted(_joined(unit).encode() % () for unit in units if not _moves(unit))
        self.text = "\0".join(_joined(unit) for unit in moving).encode()
        self.arguments = _getter([place for unit in moving for line in unit for place in line.order])


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
    if text != rdfc.canonicalize(jsonld.to_rdf(document, loader)).encode():
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


def _escaped(slots: list[str]) -> list[bytes]:
    """Return the slots as they stand between quotes; most documents need no escape at all."""
    text = "".join(slots)
    if text.isprintable() and '"' not in text and "\\" not in text:
        return [value.encode() for value in slots]
    return [escape_literal(value).encode() for value in slots]


def _filled(term: str, slots: list[str]) -> str:
    match = _SLOT.match(term) if _MARK in term else None
    if match is None:
        return term
    if match["iri"]:
        return f"<{slots[int(match['iri'])]}>"
    return f'"{escape_literal(slots[int(match["text"])])}"{match["rest"]}'


class Line(NamedTuple):
    """One line with `%s` for what is filled in, and what fills it, in order."""

    subject: str
    text: str
    fixed: str  # what stands between the subject and the first hole after it
    order: list[int]

    def decided(self, other: Line) -> bool:
        """Tell whether fixed text alone orders two lines of one subject."""
        length = min(len(self.fixed), len(other.fixed))
        return self.fixed[:length] != other.fixed[:length]


def line_of(quad: Quad, places: Mapping[str, int]) -> Line:
    """Return the line of one quad of a shape; places: where the label of each blank node comes from."""
    holes = [_hole(term, places) for term in quad]
    text = write(Quad(*(text for text, _ in holes)))
    after_subject = text[len(holes[0][0]) :].replace("%%", "\0")  # no NUL is ever written as itself
    return Line(
        quad.subject, text, after_subject.partition("%")[0], [place for _, found in holes for place in found]
    )


def _hole(term: str, places: Mapping[str, int]) -> tuple[str, list[int]]:
    match = _SLOT.match(term) if _MARK in term else None
    if match is not None:
        rest = (match["rest"] or "").replace("%", "%%")
        text = "<%s>" if match["iri"] else f'"%s"{rest}'
        return text, [int(match["iri"] or match["text"])]
    if term in places:
        return "%s", [places[term]]
    return term.replace("%", "%%"), []


def blocks_of(lines: list[Line]) -> Iterator[list[Line]]:
    """Yield the lines of each subject. Sorted lines of one subject stand together: see canonical."""
    for _, block in groupby(lines, key=lambda line: line.subject):
        yield list(block)


def units_of(block: list[Line]) -> Iterator[list[Line]]:
    """Yield runs of lines of one subject that keep their order and place, whatever fills them.

    Where fixed text does not order two lines, both and all between them stand alone and are
    sorted when filled; every other line comes before or after all of these in every case.
    """
    alone: set[int] = set()
    for first in range(len(block)):
        for last in range(len(block) - 1, first, -1):
            if not block[first].decided(block[last]):
                alone.update(range(first, last + 1))
                break
    run: list[Line] = []
    for number, line in enumerate(block):
        if number not in alone:
            run.append(line)
            continue
        if run:
            yield run
            run = []
        yield [line]
    if run:
        yield run


def _moves(unit: list[Line]) -> bool:
    return any(line.order for line in unit)


def _joined(unit: list[Line]) -> str:
    return "".join(line.text for line in unit)


def _getter(order: list[int]) -> Getter:
    if len(order) > 1:
        return itemgetter(*order)
    return lambda values: tuple(values[place] for place in order)


def _digest(lines: list[bytes]) -> str:
    lines.sort()
    return sha256(b"\n".join(lines) + b"\n").hexdigest()
