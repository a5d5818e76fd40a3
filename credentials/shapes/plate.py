"""A template of which all but a few texts stand: what they leave alone is kept ready, by the labels given.

A document's few texts move the hashes of a few blank nodes; the others keep their order, and their
labels depend only on the ranks that the moving ones take. There are not many ways to take them: for each,
the lines that no text and no moving node touch are rendered and sorted once, and hashed up to where the
first other line may stand.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from credentials.shapes.layout import Other, Same
from credentials.shapes.structure import MAX_NODES, NotCovered
from credentials.shapes.template import Template, escaped

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

    store: keeps what stands, for all plates of a process together.
    """

    def __init__(self, template: Template, slots: list[str], places: Sequence[int], store: Ways) -> None:
        self.template, self.slots, self.places, self.store = template, slots, list(places), store
        self.values = escaped(slots)
        moving = {number for number, _, _ in template.moving}
        constant = [(digest, n) for n, digest in enumerate(template.constant_hashes) if n not in moving]
        constant.sort()
        self.order = [number for _, number in constant]
        self.standing = [digest for digest, _ in constant]
        first = len(slots)
        still = {first + number for number in self.order}
        self.constants = template.layout.constants
        self.units, self.still = template.layout.parted(still)
        alike = len(set(self.standing)) < len(self.standing)
        self.plain = not (alike or template.layout.repeats or len(template.nodes) < 2)

    def digest(self, texts: Sequence[str]) -> tuple[bytes, bool]:
        """Return what Template.digest returns for these texts in their places. Raises NotCovered."""
        slots = self.slots.copy()
        for place, text in zip(self.places, texts, strict=True):
            slots[place] = text
        found = self._digest(slots, texts) if self.plain else None
        return self.template.digest(slots) if found is None else (found, True)

    def _digest(self, slots: list[str], texts: Sequence[str]) -> bytes | None:
        """Return the digest, or None where nodes or subjects may be mixed up."""
        self.template.check(slots)
        if not self.template.subjects_stay_apart(slots):
            return None
        values = self.values.copy()
        for place, value in zip(self.places, escaped(texts), strict=True):
            values[place] = value
        ranks = self._ranks(values)
        if ranks is None:
            return None
        way = tuple(sorted(ranks))
        kept = self.store.get((self, way)) or self._keep(way)
        labels = kept.labels.copy()
        for (number, _, _), rank in zip(self.template.moving, ranks, strict=True):
            labels[number] = LABELS[rank]
        values += labels
        values += self.constants
        units = rendered(self.units, values)
        lines, digest = kept.from_line(bisect_left(kept.lines, min(units)) if units else len(kept.lines))
        units += lines
        units.sort()
        digest.update(b"".join(units))
        return bytes(digest.digest())

    def _ranks(self, values: list[bytes]) -> list[int] | None:
        """Return the rank of each moving node's hash among all, or None if two hashes are equal."""
        hashes = []
        for _, layout, still in self.template.moving:
            units = layout.render(values)
            units += still
            units.sort()
            hashes.append(sha256(b"".join(units)).digest())
        order = sorted(hashes)
        ranks = {}
        for before, digest in enumerate(order):
            place = bisect_left(self.standing, digest)
            if self.standing[place : place + 1] == [digest]:
                return None
            ranks[digest] = place + before
        return [ranks[digest] for digest in hashes] if len(ranks) == len(hashes) else None

    def _keep(self, way: tuple[int, ...]) -> Kept:
        labels = [b""] * len(self.template.nodes)
        free = [rank for rank in range(len(labels)) if rank not in way]
        for rank, number in zip(free, self.order, strict=True):
            labels[number] = LABELS[rank]
        lines = rendered(self.still, self.values + labels + self.constants) + self.template.still
        if len(self.store) >= MAX_KEPT:
            self.store.clear()
        kept = self.store[self, way] = Kept(labels, sorted(lines))
        return kept


def rendered(units: tuple[Same, Other], values: list[bytes]) -> list[bytes]:
    """Return some units, filled and unsorted. values: with the constants of the layout."""
    found = [values[place].join(constants) for place, constants in units[0]]
    found += [b"".join(parts(values)) for parts in units[1]]
    return found


def plate_of(template: Template, slots: list[str], places: Sequence[int], store: Ways) -> Plate:
    """Return the plate of a template that was compiled with all slots but these kept. Raises NotCovered."""
    plate = Plate(template, slots, places, store)
    if plate.digest([slots[place] for place in places])[0] != template.digest(slots)[0]:
        raise NotCovered
    return plate
