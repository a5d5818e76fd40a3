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
from credentials.shapes.layout import MARK
from credentials.shapes.structure import NotCovered

Path = tuple[str | int, ...]


class Press:
    """Documents of one shape. varying: the paths of the texts that differ, in the order of the values.

    Raises NotCovered if the document has no template, or a path leads to no text of its own.
    """

    def __init__(self, document: dict[str, Any], varying: Sequence[Path], cache: ShapeCache) -> None:
        self.template, self.slots = cache.template_of(document)
        known = {path: number for number, path in enumerate(structure.paths(document))}
        if len(set(varying)) != len(varying) or not known.keys() >= set(varying):
            raise NotCovered
        self.places = [known[path] for path in varying]
        if not self.template.places.issuperset(self.places):
            raise NotCovered  # a word of a vocabulary belongs to the shape
        if MARK.encode() in orjson.dumps(document):
            raise NotCovered
        self.order = sorted(range(len(varying)), key=self.places.__getitem__)
        self.pieces = self._pieces(document)
        self.cache = cache

    def _pieces(self, document: dict[str, Any]) -> list[bytes]:
        marked = self.slots.copy()
        for place in self.places:
            marked[place] = MARK
        return orjson.dumps(structure.fill(document, marked)).split(orjson.dumps(MARK))

    def __call__(self, values: Sequence[str]) -> tuple[bytes, bytes]:
        """Return the JSON and the SHA-256 of the canonical form of the document with these texts.

        Raises NotCovered for a text that has no place in this shape.
        """
        slots = self.slots.copy()
        for place, value in zip(self.places, values, strict=True):
            slots[place] = value
        try:
            digest, alone = self.template.digest(slots)
            text = self._json(values)
        except (UnicodeEncodeError, orjson.JSONEncodeError) as error:
            raise NotCovered from error
        self.cache.counts["shape" if alone else "alike"] += 1
        return text, digest

    def _json(self, values: Sequence[str]) -> bytes:
        parts = [self.pieces[0]]
        for number, piece in zip(self.order, self.pieces[1:], strict=True):
            parts.append(orjson.dumps(values[number]))
            parts.append(piece)
        return b"".join(parts)
