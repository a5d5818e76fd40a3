"""Digests of canonical forms of documents from anybody, by shape where one like it was seen before.

A form by shape is the full algorithm's, byte for byte, and only a document that passed the safe
mode makes a template: so neither a changed text nor an undefined term can hide behind it. What is
kept is bounded by counts and sizes; a document of an unseen shape goes the long way, and so does
a very large one. Documents are JSON as a parser gives it: what is written alike is alike.
"""

from __future__ import annotations

import functools
from hashlib import sha256
from operator import countOf
from typing import Any

import orjson

from credentials.canon.contexts import ContextLoader, Contexts, as_loader
from credentials.shapes.cache import ShapeCache
from credentials.shapes.stencil import Stencils
from credentials.shapes.structure import AS_JSON, NAMES_A_CONTEXT

MAX_SEEN = 48
MAX_BYTES = 24 * 1024
MAX_SAME, MAX_SAME_BYTES = 256, 1_024  # small documents kept as they are: what proofs say of themselves


class SeenShapes:
    """Two caches: known achievements of known issuers, and any document of a known structure.

    Beside them the digests of the last small documents: all proofs of one batch say the same of themselves.
    """

    def __init__(self, contexts: Contexts = None) -> None:
        loader = as_loader(contexts)
        self.stencils = Stencils()
        self.known = ShapeCache(
            loader, max_shapes=MAX_SEEN, composes=False, learns=True, stencils=self.stencils
        )
        self.alike = ShapeCache(
            loader, max_shapes=MAX_SEEN, composes=False, learns=True, members=NAMES_A_CONTEXT
        )
        self.same: dict[bytes, bytes] = {}

    def covers(self, document: dict[str, Any]) -> bool:
        """Tell whether all terms of a document are defined because a shape like it was compiled."""
        return self.known.knows(document) or self.alike.knows(document)

    def by_shape(self, document: dict[str, Any]) -> bytes | None:
        """Return the SHA-256 of the canonical form, if a document of this shape was seen before; else None."""
        try:
            written = orjson.dumps(document, option=AS_JSON)
        except (TypeError, ValueError, RecursionError):
            return None
        if len(written) <= MAX_SAME_BYTES and _is_flat(document):
            return self.same.get(written) or self._small(document, written)
        if len(written) > MAX_BYTES:
            return None
        found = self.stencils.digest(document, written)
        if found is None:
            return self._by_shape(document)
        self.known.counts["shape"] += 1
        return found

    def _small(self, document: dict[str, Any], written: bytes) -> bytes | None:
        digest = self._by_shape(document)
        if digest is not None:
            if len(self.same) >= MAX_SAME:
                self.same.clear()
            self.same[written] = digest
        return digest

    def _by_shape(self, document: dict[str, Any]) -> bytes | None:
        digest = self.known.by_shape(document)
        return self.alike.by_shape(document) if digest is None else digest

    def digest(self, document: dict[str, Any]) -> bytes:
        """Return the SHA-256 of the canonical form. Raises ProofError like the full algorithm."""
        digest = self.by_shape(document)
        return sha256(self.known.in_full(document)).digest() if digest is None else digest


def _is_flat(document: dict[str, Any]) -> bool:
    """Tell whether all members but the context are texts, so that the JSON says all there is to say."""
    texts = countOf(map(type, document.values()), str)
    return texts == len(document) - ("@context" in document and type(document["@context"]) is not str)


@functools.lru_cache(maxsize=4)
def _seen(loader: ContextLoader) -> SeenShapes:
    return SeenShapes(loader)


def seen_shapes(contexts: Contexts = None) -> SeenShapes:
    """Return what this process has seen under these contexts."""
    return _seen(as_loader(contexts))
