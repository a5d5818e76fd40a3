"""Write many documents that differ in some texts only: the JSON and the digest of each, without a tree.

A press is made from one whole document. What it writes for other texts is, byte for byte, the
JSON of the document with these texts in their places, and the digest that the full algorithm
would give.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import orjson

from credentials.shapes import structure
from credentials.shapes.cache import ShapeCache
from credentials.shapes.layout import MARK
from credentials.shapes.plate import plate_of
from credentials.shapes.structure import NotCovered

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
        if MARK.encode() in orjson.dumps(document):
            raise NotCovered
        self.order = sorted(range(len(varying)), key=self.places.__getitem__)
        self.arranged = itemgetter(*self.order) if len(varying) > 1 else None
        self.pieces = self._pieces(document)
        self.cache = cache
        own = cache.template_for(document, self.slots, self.places)
        self.plate = plate_of(own, self.slots, self.places, cache.ways)

    def _pieces(self, document: dict[str, Any]) -> list[bytes]:
        marked = self.slots.copy()
        for place in self.places:
            marked[place] = MARK
        return orjson.dumps(structure.fill(document, marked)).split(orjson.dumps(MARK))

    def __call__(self, values: Sequence[str]) -> tuple[bytes, bytes]:
        """Return the JSON and the SHA-256 of the canonical form of the document with these texts.

        Raises NotCovered for a text that has no place in this shape.
        """
        try:
            digest, alone = self.plate.digest(values)
            text = self._json(values)
        except (UnicodeEncodeError, orjson.JSONEncodeError) as error:
            raise NotCovered from error
        self.cache.counts["shape" if alone else "alike"] += 1
        return text, digest

    def _json(self, values: Sequence[str]) -> bytes:
        parts = [b""] * (2 * len(self.pieces) - 1)
        parts[::2] = self.pieces
        parts[1::2] = self._written(self.arranged(values) if self.arranged else values)
        return b"".join(parts)

    @staticmethod
    def _written(values: Sequence[str]) -> list[bytes]:
        """Return each text as JSON. At once, unless one has an escape: then `","` may stand inside."""
        every = orjson.dumps(values)
        if b"\\" in every:
            return [orjson.dumps(value) for value in values]
        return [b'"%s"' % text for text in every[2:-2].split(b'","')]
