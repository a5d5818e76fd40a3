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

from credentials.shapes.layout import Other, Same, getter
from credentials.shapes.structure import MAX_NODES, NotCovered
from credentials.shapes.template import Template, escaped, plain_iris

LABELS = [b"_:c14n%d" % number for number in range(MAX_NODES)]
MAX_KEPT = 1_024  # ways of all plates that share a store, of about 10 KB each

Ways = dict[tuple["Plate", tuple[int, ...]], "Kept"]


class Kept:
    """What stands whatever the texts are, under one way to give labels. labels: with the constants after them."""

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
        self.values = escaped(slots)
        self._know_texts()
        self.moving = [number for number, _, _ in template.moving]
        stand = set(range(len(template.nodes))).difference(self.moving)
        constant = sorted((digest, n) for n, digest in enumerate(template.constant_hashes) if n in stand)
        self.order = [number for _, number in constant]
        self.standing = [digest for digest, _ in constant]
        self.known = frozenset(self.standing)
        still = {len(slots) + number for number in self.order}
        self.constants = template.layout.constants
        self.units, self.still = template.layout.parted(still)
        alike = len(self.known) < len(self.standing)
        self.plain = not (alike or template.layout.repeats or len(template.nodes) < 2)

    def digest(self, texts: Sequence[str], written: list[bytes] | None = None) -> tuple[bytes, bool]:
        """Return what Template.digest returns for these texts in their places. Raises NotCovered.

        written: the texts as they stand between quotes, if that is known.
        """
        if len(texts) != len(self.places):
            raise ValueError("A plate takes one text for each of its places.")
        found = self._digest(texts, written or escaped(texts)) if self.plain else None
        if found is not None:
            return found, True
        slots = self.slots.copy()
        for place, text in zip(self.places, texts, strict=True):
            slots[place] = text
        return self.template.digest(slots)

    def _know_texts(self) -> None:
        """Note where each text goes, which are IRIs, and which of these are subjects."""
        at = {place: number for number, place in enumerate(self.places)}
        self.filled = getter([at.get(place, len(at) + place) for place in range(len(self.slots))])
        self.iris = getter([at[place] for place in self.template.iris])
        self.subjects = getter([at[place] for place in self.template.subjects])
        self.plain_iris = plain_iris(len(self.template.iris))

    def _mixes(self, texts: Sequence[str]) -> bool:
        """Tell whether an IRI is not plain, or a subject has the name of another: see Template."""
        iris, subjects = self.iris(texts), self.subjects(texts)
        return (
            self.plain_iris.match("\n".join((*iris, ""))) is None
            or len(set(subjects)) < len(subjects)
            or not self.template.constant_subjects.isdisjoint(subjects)
            or not self.template.reserved.isdisjoint(iris)
        )

    def _digest(self, texts: Sequence[str], written: list[bytes]) -> bytes | None:
        """Return the digest, or None where nodes or subjects may be mixed up."""
        if self._mixes(texts):
            return None
        values = list(self.filled(written + self.values))
        ranks = self._ranks(values)
        if ranks is None:
            return None
        way = tuple(sorted(ranks))
        kept = self.store.get((self, way)) or self._keep(way)
        first = len(values)
        values += kept.labels
        for number, rank in zip(self.moving, ranks, strict=True):
            values[first + number] = LABELS[rank]
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
        if not self.known.isdisjoint(hashes):
            return None
        ranks = [bisect_left(self.standing, digest) for digest in hashes]
        if len(ranks) < 2:
            return ranks
        before = {digest: number for number, digest in enumerate(sorted(hashes))}
        if len(before) < len(hashes):
            return None
        return [rank + before[digest] for rank, digest in zip(ranks, hashes, strict=True)]

    def _keep(self, way: tuple[int, ...]) -> Kept:
        labels = [b""] * len(self.template.nodes)
        free = [rank for rank in range(len(labels)) if rank not in way]
        for rank, number in zip(free, self.order, strict=True):
            labels[number] = LABELS[rank]
        labels += self.constants
        lines = rendered(self.still, self.values + labels) + self.template.still
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
