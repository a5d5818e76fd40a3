"""Which texts of a shape differ at all, learned from the documents that came: the others are kept ready on a plate.

A shape leaves every text free. Of one college's credentials most texts say the same each time; a plate
treats the few that do not. It is taken only for a document whose other texts are exactly those that stand
on it, so what it gives is the digest of the full algorithm, like the template's.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any, NamedTuple

from credentials.shapes.plate import Plate
from credentials.shapes.stencil import Stencil

LEARN_FROM = 8  # documents between two plates
MAX_MADE = 4  # plates per template, one after the other: each costs as much as two documents in full


class Ready(NamedTuple):
    """A plate and its stencil, how to take out of the slots what stands on it and what differs, and what stands."""

    plate: Plate
    stencil: Stencil | None
    standing: Callable[[list[str]], Any]
    stands: Any
    differing: Callable[[list[str]], Any]


class Learned:
    """What the documents of one template have shown. slots: of the first of them."""

    def __init__(self, slots: list[str]) -> None:
        self.first = slots.copy()
        self.places: set[int] = set()
        self.met, self.made = 0, 0
        self.ready: Ready | None = None

    def digest(self, slots: list[str]) -> tuple[bytes, bool] | None:
        """Return what Template.digest returns, or None if the plate is not for these slots.

        Raises NotCovered for a text that has no place in this shape.
        """
        ready = self.ready
        if ready is not None and ready.standing(slots) == ready.stands:
            return ready.plate.digest(ready.differing(slots))
        self.met += 1
        self.places.update(n for n, slot in enumerate(slots) if slot != self.first[n])
        return None

    def wants_plate(self) -> bool:
        """Tell whether enough was learned for a plate, or for a better one."""
        there = 1 < len(self.places) < len(self.first) - 1
        return there and self.made < MAX_MADE and self.met >= LEARN_FROM * (self.made + 1)

    def take(self, plate: Plate, slots: list[str], stencil: Stencil | None = None) -> None:
        """Use a plate made of a document with these slots, and what reads its texts out of JSON, if anything does."""
        stand = itemgetter(*[n for n in range(len(slots)) if n not in set(plate.places)])
        self.ready = Ready(plate, stencil, stand, stand(slots), itemgetter(*plate.places))
