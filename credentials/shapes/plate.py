"""A template of which all but a few texts stand: what they leave alone is kept ready, by the labels given.

A document's few texts move the hashes of a few blank nodes; the others keep their order, and their
labels depend only on the ranks that the moving ones take. There are not many ways to take them: for each,
the lines that no text and no moving node touch are rendered and sorted once, and hashed up to where the
first other line may stand.
"""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from credentials.shapes.layout import Getter, Layout, Parts, getter
from credentials.shapes.structure import MAX_NODES, NotCovered
from credentials.shapes.template import Template, escaped, plain_iris

LABELS = [b"_:c14n%d" % number for number in range(MAX_NODES)]
MAX_KEPT = 1_024  # ways of all plates that share a store, of about 10 KB each

Ways = dict[tuple["Plate", tuple[int, ...]], "Kept"]


class Kept:
    """What stands whatever the texts are, under one way to give labels."""

    __slots__ = ("begun", "labels", "lines")

    def __init__(self, labels: list[bytes], lines: list[bytes]) -> None:
        self.labels, self.lines = labels, lines
        self.begun = (0, sha256())

    def from_line(self, first: int) -> tuple[list[bytes], Any]:
        """Return the lines from this one on, and a hash of those before. Threads may ask at once."""
        begun = self.begun
        if first != begun[0]:
            begun = self.begun = (first, sha256(b"".join(self.lines[:first])))
        return self.lines[first:], begun[1].copy()


class Plate:
    """The documents of a template in which only some slots differ. places: of these, in order.

    template: compiled with all other slots kept. store: keeps what stands, for all plates of a process together.
    """

    def __init__(self, template: Template, slots: list[str], places: Sequence[int], store: Ways) -> None:
        self.template, self.slots, self.places, self.store = template, slots, list(places), store
        self.at = {place: number for number, place in enumerate(self.places)}
        self.width = len(template.nodes)
        self.moving = [number for number, _, _ in template.moving]
        stand = set(range(len(template.nodes))).difference(self.moving)
        constant = sorted((digest, n) for n, digest in enumerate(template.constant_hashes) if n in stand)
        self.order = [number for _, number in constant]
        self.standing = [digest for digest, _ in constant]
        self.known = frozenset(self.standing)
        alike = len(self.known) < len(self.standing)
        self.plain = not (alike or template.layout.repeats or len(template.nodes) < 2)
        self._know_texts()
        self._weave()

    def digest(self, texts: Sequence[str], written: list[bytes] | None = None) -> tuple[bytes, bool]:
        """Return what Template.digest returns for these texts in their places. Raises NotCovered.

        written: the texts as they stand between quotes, if that is known.
        """
        if len(texts) != len(self.places):
            raise ValueError("A plate takes one text for each of its places.")
        found = self.plain_digest(written or escaped(texts)) if self.plain else None
        if found is not None:
            return found, True
        slots = self.slots.copy()
        for place, text in zip(self.places, texts, strict=True):
            slots[place] = text
        return self.template.digest(slots)

    def plain_digest(self, written: list[bytes]) -> bytes | None:
        """Return the digest, or None where nodes or subjects may be mixed up, or a text has no place here.

        Only of a plain plate.
        """
        if self._mixes(written):
            return None
        source = written + self.parts
        hashes = self._hashes(source)
        ordered = sorted(hashes)
        way = tuple([bisect_left(self.standing, digest) + before for before, digest in enumerate(ordered)])
        ranks = dict(zip(ordered, way, strict=True))
        if len(ranks) < len(hashes) or not self.known.isdisjoint(hashes):
            return None  # two nodes look alike
        kept = self.store.get((self, way)) or self._keep(way)
        source += kept.labels
        for node, digest in zip(self.moving, hashes, strict=True):
            source[node - self.width] = LABELS[ranks[digest]]
        units = [source[place].join(constants) for place, constants in self.same]
        for parts in self.units:
            units.append(b"".join(parts(source)))
        lines, begun = kept.from_line(bisect_left(kept.lines, min(units)) if units else len(kept.lines))
        lines += units  # behind what is in order already
        lines.sort()
        begun.update(b"".join(lines))
        return bytes(begun.digest())

    def _know_texts(self) -> None:
        """Note which texts are IRIs, and which of these are subjects."""
        self.iris = getter([self.at[place] for place in self.template.iris])
        self.subjects = getter([self.at[place] for place in self.template.subjects])
        self.plain_iris = plain_iris(len(self.template.iris))
        self.constant_subjects = frozenset(map(str.encode, self.template.constant_subjects))
        self.reserved = _encoded(self.template.reserved)

    def _mixes(self, written: list[bytes]) -> bool:
        """Tell whether an IRI is not plain, or a subject has the name of another: see Template.

        A plain IRI stands between quotes as it is, and what does not is none.
        """
        iris, subjects = self.iris(written), self.subjects(written)
        return (
            self.plain_iris.match(b"\n".join((*iris, b""))) is None
            or len(set(subjects)) < len(subjects)
            or not self.constant_subjects.isdisjoint(subjects)
            or not self.reserved.isdisjoint(iris)
        )

    def _weave(self) -> None:
        """Note how units are put together, by places in one list: texts, then what stands, then labels."""
        self.parts = escaped(self.slots)
        stand = {len(self.slots) + number for number in self.order}
        layout = self.template.layout
        self.still = [self._woven(unit) for unit in layout.moving if _holes(unit) <= stand]
        self.same, self.units = self._filled(layout, stand)
        self.nodes = [(*self._filled(own, set()), still) for _, own, still in self.template.moving]

    def _filled(self, layout: Layout, stand: set[int]) -> tuple[list[tuple[int, list[bytes]]], list[Getter]]:
        """Return the units that something other than the holes in stand fills: by one text, and by several."""
        same = [(self._place(hole), constants) for hole, constants in layout.same if hole not in stand]
        units = [unit for unit in layout.moving if len(_holes(unit)) > 1 and not _holes(unit) <= stand]
        return same, [self._woven(unit) for unit in units]

    def _woven(self, unit: Parts) -> Getter:
        """Return what takes the parts of a unit out of the list."""
        return getter([self._place(part) if isinstance(part, int) else self._standing(part) for part in unit])

    def _place(self, hole: int) -> int:
        """Return where the list has what fills a hole; labels are counted from its end."""
        if hole < len(self.slots):
            return self.at.get(hole, len(self.places) + hole)
        return hole - len(self.slots) - self.width

    def _standing(self, part: bytes) -> int:
        self.parts.append(part)
        return len(self.places) + len(self.parts) - 1

    def _hashes(self, source: list[bytes]) -> list[bytes]:
        """Return the first-degree hash of each moving node."""
        hashes = []
        for same, units, still in self.nodes:
            lines = still.copy()
            for place, constants in same:
                lines.append(source[place].join(constants))
            for parts in units:
                lines.append(b"".join(parts(source)))
            lines.sort()
            hashes.append(sha256(b"".join(lines)).digest())
        return hashes

    def _keep(self, way: tuple[int, ...]) -> Kept:
        labels = [b""] * len(self.template.nodes)
        free = [rank for rank in range(len(labels)) if rank not in way]
        for rank, number in zip(free, self.order, strict=True):
            labels[number] = LABELS[rank]
        source = [b""] * len(self.places) + self.parts + labels
        lines = [b"".join(parts(source)) for parts in self.still] + self.template.still
        if len(self.store) >= MAX_KEPT:
            self.store.clear()
        kept = self.store[self, way] = Kept(labels, sorted(lines))
        return kept


def _holes(unit: Parts) -> set[int]:
    return {part for part in unit if type(part) is int}


@functools.lru_cache(maxsize=8)
def _encoded(names: frozenset[str]) -> frozenset[bytes]:
    """Return names in UTF-8; one set for all plates of a loader."""
    return frozenset(map(str.encode, names))


def plate_of(template: Template, slots: list[str], places: Sequence[int], store: Ways) -> Plate:
    """Return the plate of a template that was compiled with all slots but these kept. Raises NotCovered."""
    plate = Plate(template, slots, places, store)
    if plate.digest([slots[place] for place in places])[0] != template.digest(slots)[0]:
        raise NotCovered
    return plate
