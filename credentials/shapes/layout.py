"""Lines with holes, laid so that filling them leaves next to nothing to sort.

A hole is a place in a list of values: the escaped slots of a document, then the labels of its
blank nodes. Lines that keep their order whatever fills them form a unit and are filled at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, TypeVar

from credentials.canon.nquads import Quad, escape_literal, write

MARK = "urn:x-slot:"
SLOT = re.compile(r'<urn:x-slot:(?P<iri>\d+)>\Z|"urn:x-slot:(?P<text>\d+)"(?P<rest>.*)\Z', re.DOTALL)

Item = TypeVar("Item")
Values = list[bytes]
Getter = Callable[[Values], tuple[bytes, ...]]
Parts = list[int | bytes]  # of one unit, in order: holes, and what stands around them


class Line(NamedTuple):
    """One line with `%s` for what is filled in, and what fills it, in order."""

    subject: str
    text: str
    fixed: str  # what stands between the subject and the first hole after it
    order: list[int]
    after_subject: list[int]

    def decided(self, other: Line) -> bool:
        """Tell whether fixed text alone orders two lines of one subject."""
        length = min(len(self.fixed), len(other.fixed))
        return self.fixed[:length] != other.fixed[:length]


class Layout:
    """The lines of some statements in units. moving: the parts of each unit that is filled.
    subjects: of these units, in the order of render.

    names: what to write for a blank node that is no hole. places: where the label of each other
    blank node comes from. sample: slots and labels of one document, to lay the lines in order.
    """

    def __init__(
        self, quads: Iterable[Quad], names: Mapping[str, str], places: Mapping[str, int], sample: list[str]
    ) -> None:
        named = [Quad(*(names.get(term, term) for term in quad)) for quad in quads]
        written = [write(Quad(*(_sampled(term, places, sample) for term in quad))) for quad in named]
        ordered = [line_of(quad, places) for _, quad in sorted(zip(written, named, strict=True))]
        blocks = list(blocks_of(ordered))
        units = [unit for block in blocks for unit in units_of(block)]
        labels = min(places.values(), default=len(sample))
        self.repeats = any(_may_repeat(block, labels) for block in blocks)
        still = [(_joined(unit).encode() % (), unit[0].subject) for unit in units if not _holes(unit)]
        self.still = sorted(still)
        self._still = frozenset(text for text, _ in still)
        moving = [(unit, _holes(unit)) for unit in units if _holes(unit)]
        same = [(unit, holes[0]) for unit, holes in moving if len(set(holes)) == 1]
        other = [(unit, holes) for unit, holes in moving if len(set(holes)) > 1]
        self.same = [(place, _constants(unit)) for unit, place in same]
        self.constants: list[bytes] = []
        self.other = [self._unit(unit, holes, len(sample)) for unit, holes in other]
        self.moving = [_parts(unit, holes) for unit, holes in moving]
        self.subjects = [unit[0].subject for unit, _ in (*same, *other)]

    def render(self, values: Values) -> list[bytes]:
        """Return the moving units, filled and unsorted. values: as many as the sample has."""
        units = [values[place].join(constants) for place, constants in self.same]
        filled = values + self.constants
        units += [b"".join(parts(filled)) for parts in self.other]
        return units

    def _unit(self, unit: list[Line], holes: list[int], width: int) -> Getter:
        """Return what takes the parts of a unit out of the values, with the constants after them."""
        order: list[int] = []
        for number, part in enumerate(_constants(unit)):
            if part:
                order.append(width + len(self.constants))
                self.constants.append(part)
            order += holes[number : number + 1]
        return getter(order)

    def repeated(self, units: list[bytes]) -> bool:
        """Tell whether slots made two lines the same, so that a statement stands there twice."""
        return self.repeats and (len(set(units)) < len(units) or not self._still.isdisjoint(units))


def line_of(quad: Quad, places: Mapping[str, int]) -> Line:
    """Return the line of one quad of a shape; places: where the label of each blank node comes from."""
    holes = [_hole(term, places) for term in quad]
    text = write(Quad(*(text for text, _ in holes)))
    after = text[len(holes[0][0]) :].replace("%%", "\0")  # no NUL is ever written as itself
    found = [place for _, places_ in holes[1:] for place in places_]
    return Line(quad.subject, text, after.partition("%")[0], [*holes[0][1], *found], found)


def _hole(term: str, places: Mapping[str, int]) -> tuple[str, list[int]]:
    match = SLOT.match(term) if MARK in term else None
    if match is not None:
        rest = (match["rest"] or "").replace("%", "%%")
        text = "<%s>" if match["iri"] else f'"%s"{rest}'
        return text, [int(match["iri"] or match["text"])]
    if term in places:
        return "%s", [places[term]]
    return term.replace("%", "%%"), []


def _sampled(term: str, places: Mapping[str, int], sample: list[str]) -> str:
    return sample[places[term]] if term in places else filled(term, sample)


def filled(term: str, slots: list[str]) -> str:
    """Return a term with its slot filled."""
    match = SLOT.match(term) if MARK in term else None
    if match is None:
        return term
    if match["iri"]:
        return f"<{slots[int(match['iri'])]}>"
    return f'"{escape_literal(slots[int(match["text"])])}"{match["rest"]}'


def blocks_of(lines: list[Line]) -> Iterator[list[Line]]:
    """Yield the lines of each subject. Sorted lines of one subject stand together: see Template."""
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


def _may_repeat(block: list[Line], labels: int) -> bool:
    """Tell whether some slot could make two lines of one subject the same."""
    said = [any(place < labels for place in line.after_subject) for line in block]
    return any(
        said[first] and first != last and not block[first].decided(block[last])
        for first in range(len(block))
        for last in range(len(block))
    )


def getter(order: list[int]) -> Callable[[Sequence[Item]], tuple[Item, ...]]:
    """Return what takes these places out of a list, in order."""
    if len(order) > 1:
        return itemgetter(*order)
    return lambda values: tuple(values[place] for place in order)


def _holes(unit: list[Line]) -> list[int]:
    return [place for line in unit for place in line.order]


def _joined(unit: list[Line]) -> str:
    return "".join(line.text for line in unit)


def _constants(unit: list[Line]) -> list[bytes]:
    """Return what stands before, between and after the holes of a unit."""
    parts = _joined(unit).replace("%%", "\0").split("%s")  # no NUL is ever written as itself
    return [part.replace("\0", "%").encode() for part in parts]


def _parts(unit: list[Line], holes: list[int]) -> Parts:
    first, *constants = _constants(unit)
    parts: Parts = [first] if first else []
    for hole, constant in zip(holes, constants, strict=True):
        parts += [hole, constant] if constant else [hole]
    return parts
