"""Canonical forms and proofs for many documents: by shape where that is exact, in full elsewhere."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import Any

from credentials.canon import jsonld, rdfc
from credentials.canon.contexts import Contexts, as_loader
from credentials.canon.errors import ProofError
from credentials.proofs import eddsa_rdfc_2022
from credentials.proofs.data_integrity import Prepared, proof_options, with_proof, without_proof
from credentials.proofs.datetimes import parse_stamp
from credentials.shapes import structure
from credentials.shapes.structure import NotCovered, Shape
from credentials.shapes.template import Template, compile_template, fixed_slots

Document = dict[str, Any]

MAX_SHAPES = 256
CHECK_EVERY = 1_000
MAX_VARIANTS = 8  # values of fixed slots under one shape; more means they are not fixed at all


@dataclass
class _Known:
    """What is known of one shape: met before, which slots are fixed, and their templates."""

    fixed: tuple[int, ...] | None = None
    templates: dict[tuple[str, ...], Template | None] = field(default_factory=dict)


class ShapeCache:
    """Compiled shapes, the least recently used dropped. Keep one per process.

    counts: how documents went: "shape" by template, "alike" by template with more of
    RDFC-1.0, "full" by the full algorithm; "compiled" counts templates made.
    """

    def __init__(self, contexts: Contexts = None, *, max_shapes: int = MAX_SHAPES) -> None:
        self.loader = as_loader(contexts)
        self.max_shapes = max_shapes
        self.shapes: OrderedDict[Shape, _Known] = OrderedDict()
        self.counts: Counter[str] = Counter()
        self.lock = threading.Lock()

    def canonical(self, document: Document) -> bytes:
        """Return the canonical N-Quads text of a document in UTF-8.

        Raises ProofError like the full algorithm.
        """
        try:
            shape, slots = structure.read(document)
            with self.lock:
                template = self._template(shape, slots, document)
            text, alone = template.canonical(slots)
        except (NotCovered, UnicodeEncodeError, RecursionError):
            self.counts["full"] += 1
            return self.in_full(document)
        self.counts["shape" if alone else "alike"] += 1
        return text

    def in_full(self, document: Document) -> bytes:
        """Return the same by the full algorithm. Raises ProofError."""
        return rdfc.canonicalize(jsonld.to_rdf(document, self.loader)).encode()

    def _template(self, shape: Shape, slots: list[str], document: Document) -> Template:
        known = self.shapes.get(shape)
        if known is None:  # the first of its shape goes the long way: it may stay the only one
            self.shapes[shape] = _Known()
            if len(self.shapes) > self.max_shapes:
                self.shapes.popitem(last=False)
            raise NotCovered
        self.shapes.move_to_end(shape)
        if known.fixed is None:
            known.fixed = self._fixed(document)
        variant = tuple([slots[number] for number in known.fixed])
        if variant not in known.templates:
            if len(known.templates) >= MAX_VARIANTS:
                raise NotCovered
            known.templates[variant] = self._compile(document, known.fixed)
        template = known.templates[variant]
        if template is None:
            raise NotCovered
        return template

    def _fixed(self, document: Document) -> tuple[int, ...]:
        try:
            return fixed_slots(document, self.loader)
        except ProofError as error:
            raise NotCovered from error

    def _compile(self, document: Document, fixed: Iterable[int]) -> Template | None:
        self.counts["compiled"] += 1
        try:
            return compile_template(document, fixed, self.loader)
        except (NotCovered, ProofError):
            return None


def prepare_many(
    documents: Iterable[Document],
    *,
    verification_method: str,
    created: str,
    cache: ShapeCache,
    purpose: str = "assertionMethod",
    options: Mapping[str, Any] | None = None,
    check_every: int = CHECK_EVERY,
) -> list[Prepared]:
    """Return what data_integrity.prepare returns for each document with eddsa-rdfc-2022, and faster.

    cache: brings the contexts along; keep it between calls. check_every: the first document and
    each one so many later are compared with the full algorithm; 0 for none. Raises ProofError
    for the first document that cannot be signed, and "proof-generation" if a comparison fails.
    """
    parse_stamp(created, "created")
    chosen = proof_options(verification_method, created, purpose, options)
    configurations: dict[str, tuple[Document, bytes]] = {}
    prepared = []
    for number, document in enumerate(documents):
        unsecured = without_proof(document) if "proof" in document else document
        place = repr(unsecured.get("@context"))
        if place not in configurations:
            configurations[place] = _configuration(unsecured, chosen, cache)
        proof, digest = configurations[place]
        text = cache.canonical(unsecured)
        if check_every and number % check_every == 0 and text != cache.in_full(unsecured):
            raise ProofError("proof-generation", "The compiled form differs from the full algorithm.")
        to_sign = digest + sha256(text).digest()
        prepared.append(Prepared(to_sign, partial(_secured, document, proof)))
    return prepared


def _configuration(document: Document, chosen: Document, cache: ShapeCache) -> tuple[Document, bytes]:
    suite = eddsa_rdfc_2022.SUITE
    proof = suite.options_for(document, chosen)
    configuration = suite.proof_configuration(proof, document, contexts=cache.loader)
    return proof, sha256(configuration).digest()


def _secured(document: Document, proof: Document, signature: bytes) -> Document:
    return with_proof(document, eddsa_rdfc_2022.SUITE.attach(proof, signature))
