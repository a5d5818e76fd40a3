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
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson

from credentials.canon import jsonld, rdfc
from credentials.canon.contexts import ContextLoader
from credentials.canon.nquads import Quad, escape_literal
from credentials.shapes import structure
from credentials.shapes.layout import MARK, SLOT, Layout, Values, filled
from credentials.shapes.structure import FIXED, NotCovered

if TYPE_CHECKING:
    from credentials.shapes.learned import Learned

# ASCII without the characters that N-Quads forbids in an IRI.
_IRI = r"(?:https?://|urn:|did:|mailto:)[!#-;=?-\[\]_a-z~]+"
PLAIN_IRI = re.compile(rf"{_IRI}\Z")
SCHEMES = frozenset({"http", "https", "urn", "did", "mailto"})
_LABELS = [b"_:c14n%d" % number for number in range(structure.MAX_NODES)]


class Template:
    """One compiled shape.

    quads: the statements of the shape, with marks for slots. reserved: absolute IRIs that some
    context defines as terms. sample: slots of one document, to lay the lines in their order.
    """

    def __init__(self, quads: list[Quad], reserved: frozenset[str], sample: list[str]) -> None:
        self.quads = quads
        self.reserved = reserved
        self.iris = sorted(_slots(quads, "iri"))
        self.places = _slots(quads, "iri") | _slots(quads, "text")
        self.mentions = rdfc.mentions(quads)
        self.nodes = list(self.mentions)
        if len(self.nodes) > structure.MAX_NODES or len(quads) > structure.MAX_STATEMENTS:
            raise NotCovered
        subjects = {quad.subject for quad in quads}
        self.subjects = sorted(_slots([Quad(term, "", "") for term in subjects], "iri"))
        self.constant_subjects = {term[1:-1] for term in subjects if MARK not in term and term[0] == "<"}
        self._compile_hashes(sample)
        self.learned: Learned | None = None
        self._sample = sample
        self.layout = self._lay(lone=len(self.nodes) == 1)
        self.still = [text for text, _ in self.layout.still]
        self._begun = [sha256()]  # after none, one, two … of the still units
        for text in self.still:
            self._begun.append(self._begun[-1].copy())
            self._begun[-1].update(text)

    def canonical(self, slots: list[str]) -> tuple[bytes, bool]:
        """Return the canonical form with the slots filled, and whether no two nodes looked alike.

        Raises NotCovered for a value that has no place in this shape.
        """
        units, alone = self.units(slots)
        if units is None:
            return rdfc.canonicalize(self.fill(slots)).encode(), False
        units += self.still
        units.sort()
        return b"".join(units), alone

    def digest(self, slots: list[str]) -> tuple[bytes, bool]:
        """Return the SHA-256 of what canonical returns; what never changes is not hashed again."""
        units, alone = self.units(slots)
        if units is None:
            return sha256(rdfc.canonicalize(self.fill(slots)).encode()).digest(), False
        first = bisect_left(self.still, min(units)) if units else len(self.still)
        digest = self._begun[first].copy()
        units += self.still[first:]
        units.sort()
        digest.update(b"".join(units))
        return digest.digest(), alone

    def units(self, slots: list[str]) -> tuple[list[bytes] | None, bool]:
        """Return the moving units, or None where only the whole of RDFC-1.0 will do."""
        self.check(slots)
        if not self.subjects_stay_apart(slots):
            return None, False
        values, alone = escaped(slots), True
        if len(self.nodes) > 1:
            hashes = self.hashes(values)
            labels = ranked(hashes)
            alone = labels is not None
            values += labels or self._labels_of_alike(hashes)
        units = self.layout.render(values)
        return (None, False) if self.layout.repeated(units) else (units, alone)

    def hashes(self, values: Values) -> list[bytes]:
        """Return the first-degree hash of each blank node."""
        hashes = self.constant_hashes.copy()
        for number, layout, still in self.moving:
            units = layout.render(values)
            units += still
            units.sort()
            hashes[number] = sha256(b"".join(units)).digest()
        return hashes

    def _labels_of_alike(self, hashes: list[bytes]) -> list[bytes]:
        known = {node: digest.hex() for node, digest in zip(self.nodes, hashes, strict=True)}
        issued = rdfc.issue_labels_by_hash(self.mentions, known)
        return [issued[node].encode() for node in self.nodes]

    def fill(self, slots: list[str]) -> list[Quad]:
        """Return the statements of the document that has these slots."""
        terms = {term: filled(term, slots) for quad in self.quads for term in quad}
        return [Quad(*(terms[term] for term in quad)) for quad in self.quads]

    def subjects_stay_apart(self, slots: list[str]) -> bool:
        """Tell whether no slot gives a subject the name of another; then their lines do not mix."""
        named = [slots[number] for number in self.subjects]
        return len(set(named)) == len(named) and self.constant_subjects.isdisjoint(named)

    def check(self, slots: list[str]) -> None:
        """Raise NotCovered for a value in an IRI's place that is no plain IRI."""
        for number in self.iris:
            value = slots[number]
            if PLAIN_IRI.match(value) is None or value in self.reserved:
                raise NotCovered

    @functools.cached_property
    def nested(self) -> Layout:
        """The lines as they stand in a record, where the label of a lone node is not known before."""
        return self._lay(lone=False) if len(self.nodes) == 1 else self.layout

    @functools.cached_property
    def nested_still(self) -> list[tuple[str, bytes]]:
        """The lines of nested that nothing fills, by their subject's IRI."""
        return [(subject[1:-1], text) for text, subject in self.nested.still]

    @functools.cached_property
    def moving_constants(self) -> set[str]:
        """The constant subjects of which some line is filled."""
        return self.constant_subjects.intersection(term[1:-1] for term in self.nested.subjects)

    def names(self, slots: list[str]) -> list[str]:
        """Return the IRI of the subject of each moving unit of nested, or "" for a blank node."""
        return [
            slots[own] if type(own) is int else own  # type: ignore[misc]
            for own in self._owners
        ]

    @functools.cached_property
    def _owners(self) -> list[int | str]:
        owners: list[int | str] = []
        for term in self.nested.subjects:
            match = SLOT.match(term)
            owners.append(int(match["iri"]) if match else term[1:-1] if term[0] == "<" else "")
        return owners

    def _compile_hashes(self, sample: list[str]) -> None:
        """Hash the nodes that no slot touches once and for all; keep a layout for the others."""
        self.constant_hashes: list[bytes] = []
        self.moving: list[tuple[int, Layout, list[bytes]]] = []
        for number, node in enumerate(self.nodes):
            marks = {other: "_:a" if other == node else "_:z" for other in self.nodes}
            layout = Layout(self.mentions[node], marks, {}, sample)
            still = [text for text, _ in layout.still]
            if layout.subjects:
                self.moving.append((number, layout, still))
            self.constant_hashes.append(sha256(b"".join(still)).digest())

    def _lay(self, *, lone: bool) -> Layout:
        """Lay the lines as the sample's canonical form has them. lone: one node has its label already."""
        sample = self._sample
        issued = rdfc.issue_labels(self.fill(sample))
        labels = [issued[node] for node in self.nodes]
        if lone:
            return Layout(self.quads, dict(zip(self.nodes, labels, strict=True)), {}, sample)
        places = {node: len(sample) + number for number, node in enumerate(self.nodes)}
        return Layout(self.quads, {}, places, sample + labels)


def ranked(hashes: list[bytes]) -> list[bytes] | None:
    """Return the canonical label of each node by the rank of its hash, or None if two are equal."""
    while len(_LABELS) < len(hashes):
        _LABELS.append(b"_:c14n%d" % len(_LABELS))
    labels = dict(zip(sorted(hashes), _LABELS, strict=False))
    return [labels[digest] for digest in hashes] if len(labels) == len(hashes) else None


def compile_template(
    document: dict[str, Any],
    fixed: Iterable[int],
    loader: ContextLoader,
    members: frozenset[str] = FIXED,
) -> Template:
    """Return the template of a document's shape. Raises NotCovered, ProofError.

    fixed: slots that keep the document's value. members: which parts belong to the shape as they
    are. The result was compared with the full algorithm on the document itself.
    """
    shape, slots = structure.read(document, members)
    if MARK in repr(shape) or any(MARK in slot for slot in slots):
        raise NotCovered
    kept = set(fixed)
    marks = [slot if number in kept else f"{MARK}{number}" for number, slot in enumerate(slots)]
    quads = jsonld.to_rdf(structure.fill(document, marks, members), loader)
    _check_marks(quads, set(range(len(slots))) - kept)
    template = Template(quads, reserved_names(loader), slots)
    text = rdfc.canonicalize(jsonld.to_rdf(document, loader)).encode()
    if template.canonical(slots)[0] != text or template.digest(slots)[0] != sha256(text).digest():
        raise NotCovered
    return template


@functools.cache
def plain_iris(number: int) -> re.Pattern[bytes]:
    """Return what matches so many plain IRIs, each with a line end: no IRI has one inside."""
    return re.compile(rf"(?:{_IRI}\n){{{number}}}\Z".encode())


def iri_slots(
    document: dict[str, Any], loader: ContextLoader, members: frozenset[str] = FIXED
) -> tuple[int, ...]:
    """Return the slots of a document's shape that stand in an IRI's place."""
    _, slots = structure.read(document, members)
    marks = [f"{MARK}{number}" for number in range(len(slots))]
    quads = jsonld.to_rdf(structure.fill(document, marks, members), loader)
    return tuple(sorted(_slots(quads, "iri")))


def fixed_slots(iris: Iterable[int], slots: list[str], loader: ContextLoader) -> tuple[int, ...]:
    """Return those of iris whose values belong to the shape, because they are no plain IRIs."""
    reserved = reserved_names(loader)
    return tuple(number for number in iris if not PLAIN_IRI.match(slots[number]) or slots[number] in reserved)


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
        if any(MARK in term and not SLOT.match(term) for term in quad) or SLOT.match(quad.predicate):
            raise NotCovered
    iris, texts = _slots(quads, "iri"), _slots(quads, "text")
    if iris & texts or iris | texts != expected:
        raise NotCovered


def _slots(quads: Iterable[Quad], place: str) -> set[int]:
    matches = (SLOT.match(term) for quad in quads for term in quad if MARK in term)
    return {int(match[place]) for match in matches if match and match[place]}


def escaped(slots: Sequence[str]) -> list[bytes]:
    """Return the slots as they stand between quotes; most documents need no escape at all."""
    plain = plainly(slots)
    return [escape_literal(value).encode() for value in slots] if plain is None else plain


def plainly(texts: Sequence[str]) -> list[bytes] | None:
    """Return the texts in UTF-8 if JSON and N-Quads write every one as it is between quotes, else None."""
    if not texts:
        return []
    try:
        written = orjson.dumps(texts)
    except orjson.JSONEncodeError:
        return None
    if b"\\" in written or b"\x7f" in written:
        return None
    return written[2:-2].split(b'","')  # a quote inside would have its backslash
