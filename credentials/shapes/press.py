"""Write many documents that differ in some texts only: the JSON and the digest of each, without a tree.

A press is made from one whole document. What it writes for other texts is, byte for byte, the
JSON of the document with these texts in their places, and the digest that the full algorithm
would give.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from credentials.shapes import structure
from credentials.shapes.cache import ShapeCache
from credentials.shapes.layout import getter
from credentials.shapes.plate import plate_of
from credentials.shapes.stencil import pieces_of
from credentials.shapes.structure import NotCovered
from credentials.shapes.template import plainly

Path = tuple[str | int, ...]


class Press:
    """Documents of one shape. varying: the paths of the texts that differ, in the order of the values.

    Raises NotCovered if the document has no template, or a path leads to no text of its own.
    """

    def __init__(self, document: dict[str, Any], varying: Sequence[Path], cache: ShapeCache) -> None:
        template, self.slots = cache.template_of(document)
        known = {path: number for number, path in enumerate(structure.paths(document))}
        if len(set(varying)) != len(varying) or not known.keys() >= set(varying):
            raise NotCovered
        self.places = [known[path] for path in varying]
        if not template.places.issuperset(self.places):
            raise NotCovered  # a word of a vocabulary belongs to the shape
        self.pieces = pieces_of(document, self.slots, self.places)
        self.parts = getter(self._order())
        self.cache = cache
        own = cache.template_for(document, self.slots, self.places)
        self.plate = plate_of(own, self.slots, self.places, cache.ways)

    def _order(self) -> list[int]:
        """Return how texts and pieces take turns, by their places in a list of the one and the other."""
        width = len(self.places)
        order = [width]
        for piece, text in enumerate(sorted(range(width), key=self.places.__getitem__), start=width + 1):
            order += (text, piece)
        return order

    def __call__(self, values: Sequence[str]) -> tuple[bytes, bytes]:
        """Return the JSON and the SHA-256 of the canonical form of the document with these texts.

        Raises NotCovered for a text that has no place in this shape.
        """
        written = plainly(values)
        try:
            digest, alone = self.plate.digest(values, written)
            inside = [orjson.dumps(value)[1:-1] for value in values] if written is None else written
        except (UnicodeEncodeError, orjson.JSONEncodeError) as error:
            raise NotCovered from error
        self.cache.counts["shape" if alone else "alike"] += 1
        return b"".join(self.parts(inside + self.pieces)), digest
