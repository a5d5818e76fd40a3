"""Canonical forms of documents from anybody, by shape where one like it was seen before.

A form by shape is the full algorithm's, byte for byte, and only a document that passed the safe
mode makes a template: so neither a changed text nor an undefined term can hide behind it. What is
kept is bounded by counts and sizes; a document of an unseen shape goes the long way, and so does
a very large one.
"""

from __future__ import annotations

import functools
from typing import Any

import orjson

from credentials.canon.contexts import ContextLoader, Contexts, as_loader
from credentials.shapes.cache import ShapeCache
from credentials.shapes.structure import NAMES_A_CONTEXT

MAX_SEEN = 48
MAX_BYTES = 24 * 1024


class SeenShapes:
    """Two caches: known achievements of known issuers, and any document of a known structure."""

    def __init__(self, contexts: Contexts = None) -> None:
        loader = as_loader(contexts)
        self.known = ShapeCache(loader, max_shapes=MAX_SEEN, composes=False)
        self.alike = ShapeCache(loader, max_shapes=MAX_SEEN, composes=False, members=NAMES_A_CONTEXT)

    def covers(self, document: dict[str, Any]) -> bool:
        """Tell whether all terms of a document are defined because a shape like it was compiled."""
        return self.known.knows(document) or self.alike.knows(document)

    def by_shape(self, document: dict[str, Any]) -> bytes | None:
        """Return the canonical form, if a document of this shape was seen before; else None."""
        try:
            if len(orjson.dumps(document)) > MAX_BYTES:
                return None
        except (TypeError, ValueError, RecursionError):
            return None
        text = self.known.by_shape(document)
        return self.alike.by_shape(document) if text is None else text

    def canonical(self, document: dict[str, Any]) -> bytes:
        """Return the canonical form. Raises ProofError like the full algorithm."""
        text = self.by_shape(document)
        return self.known.in_full(document) if text is None else text


@functools.lru_cache(maxsize=4)
def _seen(loader: ContextLoader) -> SeenShapes:
    return SeenShapes(loader)


def seen_shapes(contexts: Contexts = None) -> SeenShapes:
    """Return what this process has seen under these contexts."""
    return _seen(as_loader(contexts))
