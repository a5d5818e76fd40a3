"""Canonical forms and proofs for many documents: by shape where that is exact, in full elsewhere."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import Any, TypeVar

from credentials.canon import jsonld, rdfc
from credentials.canon.contexts import Contexts, as_loader
from credentials.canon.errors import ProofError
from credentials.proofs import eddsa_rdfc_2022
from credentials.proofs.data_integrity import Prepared, proof_options, with_proof, without_proof
from credentials.proofs.datetimes import parse_stamp
from credentials.shapes import composing, structure
from credentials.shapes.learned import Learned
from credentials.shapes.plate import Plate, Ways, plate_of
from credentials.shapes.stencil import Stencil, Stencils
from credentials.shapes.structure import FIXED, NotCovered, Shape
from credentials.shapes.template import Template, compile_template, escaped, fixed_slots, iri_slots

Document = dict[str, Any]
Variant = tuple[tuple[int, str], ...]  # slots in an IRI's place that hold something else, and what
Form = TypeVar("Form")

MAX_SHAPES = 256
CHECK_EVERY = 1_000
MAX_VARIANTS = 8  # under one shape; more means that these values are no words of a vocabulary


@dataclass
class _Known:
    """What is known of one shape: met before, which slots are IRIs, and templates by their odd values."""

    iris: tuple[int, ...] | None = None
    templates: dict[Variant, Template | None] = field(default_factory=dict)


class ShapeCache:
    """Compiled shapes, the least recently used dropped. Keep one per process.

    members: the parts of a document that belong to its shape as they are. composes: whether a record
    is made of its parts, for which all of them are compiled at once. learns: whether digests make use of
    what the documents of a shape have in common. stencils: where it is kept how to read such documents
    by their JSON, if they are. counts: how documents
    went: "shape" by template, "alike" by template with more of RDFC-1.0, "composed" for a record
    from its parts, "full" by the full algorithm; "compiled" counts templates made.
    """

    def __init__(
        self,
        contexts: Contexts = None,
        *,
        max_shapes: int = MAX_SHAPES,
        members: frozenset[str] = FIXED,
        composes: bool = True,
        learns: bool = False,
        stencils: Stencils | None = None,
    ) -> None:
        self.loader = as_loader(contexts)
        self.max_shapes = max_shapes
        self.members = members
        self.composes = composes
        self.learns = learns
        self.shapes: OrderedDict[Shape, _Known] = OrderedDict()
        self.met_once: OrderedDict[Shape, None] = OrderedDict()
        self.records: dict[str, bool] = {}
        self.counts: Counter[str] = Counter()
        self.ways: Ways = {}
        self.stencils = stencils
        self.lock = threading.Lock()

    def canonical(self, document: Document) -> bytes:
        """Return the canonical N-Quads text of a document in UTF-8.

        Raises ProofError like the full algorithm.
        """
        text = self._by_shape(document, Template.canonical, lambda composed: composed)
        return self.in_full(document) if text is None else text

    def digest(self, document: Document) -> bytes:
        """Return the SHA-256 of what canonical returns. Raises ProofError."""
        found = self.by_shape(document)
        return sha256(self.in_full(document)).digest() if found is None else found

    def by_shape(self, document: Document) -> bytes | None:
        """Return what digest returns if it can be had by shape, else None. Never raises ProofError."""

        def form(template: Template, slots: list[str]) -> tuple[bytes, bool]:
            return self._learned(template, slots, document) if self.learns else template.digest(slots)

        return self._by_shape(document, form, lambda composed: sha256(composed).digest())

    def _learned(self, template: Template, slots: list[str], document: Document) -> tuple[bytes, bool]:
        """Return the digest by the template's plate, and learn from the document where it has none."""
        if template.learned is None:
            template.learned = Learned(slots)
        learned = template.learned
        found = learned.digest(slots)
        if found is not None:
            self._keep_stencil(learned)
        else:
            found = template.digest(slots)
            if learned.wants_plate():
                learned.made += 1
                places = sorted(learned.places)
                with suppress(NotCovered):
                    own = self.template_for(document, slots, places)
                    plate = plate_of(own, slots, places, self.ways)
                    learned.take(plate, slots, self._stencil(document, plate))
                    self._keep_stencil(learned)
        return found

    def _stencil(self, document: Document, plate: Plate) -> Stencil | None:
        return Stencil(document, plate, self.members) if self.stencils is not None and plate.plain else None

    def _keep_stencil(self, learned: Learned) -> None:
        """Have the documents of a plate be read by their JSON, from now on or once more."""
        if self.stencils is not None and learned.ready is not None and learned.ready.stencil is not None:
            self.stencils.keep(learned.ready.stencil)

    def compare(self, document: Document, digest: bytes) -> None:
        """Raise ProofError "proof-generation" unless the full algorithm gives this digest."""
        self.counts["compared"] += 1
        if sha256(self.in_full(document)).digest() != digest:
            raise ProofError("proof-generation", "The compiled form differs from the full algorithm.")

    def knows(self, document: Document) -> bool:
        """Tell whether the document has a template already, and its texts a place in it.

        Then every term in it is one that its contexts define.
        """
        try:
            shape, slots = structure.read(document, self.members)
            with self.lock:
                known = self.shapes.get(shape)
                if known is None or known.iris is None:
                    return False
                template = known.templates.get(self._variant(known.iris, slots))
            if template is None:
                return False
            template.check(slots)
            escaped(slots)
        except (NotCovered, UnicodeEncodeError, RecursionError):
            return False
        return True

    def template_of(self, document: Document) -> tuple[Template, list[str]]:
        """Return the template of a document, made now if need be, and its slots. Raises NotCovered."""
        shape, slots = structure.read(document, self.members)
        with self.lock:
            self._note(shape)
            template = self._template(shape, slots, document)
        template.check(slots)
        return template, slots

    def template_for(self, document: Document, slots: list[str], varying: Iterable[int]) -> Template:
        """Return a template of this document in which only these slots may differ. Raises NotCovered."""
        self.counts["compiled"] += 1
        kept = set(range(len(slots))).difference(varying)
        try:
            return compile_template(document, kept, self.loader, self.members)
        except ProofError as error:
            raise NotCovered from error

    def in_full(self, document: Document) -> bytes:
        """Return the canonical form by the full algorithm. Raises ProofError."""
        return rdfc.canonicalize(jsonld.to_rdf(document, self.loader)).encode()

    def _by_shape(
        self,
        document: Document,
        form: Callable[[Template, list[str]], tuple[Form, bool]],
        of_text: Callable[[bytes], Form],
    ) -> Form | None:
        try:
            members = None
            if self.composes and type(document) is dict:
                members = composing.members_of(document)
            if members is not None:
                found = of_text(self._composed(document, members))
                self.counts["composed"] += 1
                return found
            shape, slots = structure.read(document, self.members)
            with self.lock:
                template = self._template(shape, slots, document)
            found, alone = form(template, slots)
        except (NotCovered, UnicodeEncodeError, RecursionError):
            self.counts["full"] += 1
            return None
        self.counts["shape" if alone else "alike"] += 1
        return found

    def _composed(self, document: Document, members: list[Document]) -> bytes:
        """Return the canonical form of a record. The first of its contexts is compared with the full one."""
        envelope = composing.envelope_of(document)
        contexts = repr((document["@context"], sorted({len(member["@context"]) for member in members})))
        read = [structure.read(part, self.members) for part in (envelope, *members)]
        if any(shape.count("@context") != 1 for shape, _ in read):
            raise NotCovered  # contexts further inside
        parts: list[composing.Part] = []
        with self.lock:
            for (shape, slots), part in zip(read, (envelope, *members), strict=True):
                self._note(shape)
                parts.append((self._template(shape, slots, part), slots))
        subject, names = document["credentialSubject"]["id"], [member["id"] for member in members]
        text, _ = composing.compose(parts, subject, names)
        if contexts not in self.records:
            self.records[contexts] = text == self.in_full(document)
        if not self.records[contexts]:
            raise NotCovered
        return text

    def _note(self, shape: Shape) -> None:
        self.shapes.setdefault(shape, _Known())
        if len(self.shapes) > self.max_shapes:
            self.shapes.popitem(last=False)

    def _template(self, shape: Shape, slots: list[str], document: Document) -> Template:
        known = self.shapes.get(shape)
        if known is None:
            known = self._met_again(shape)
        self.shapes.move_to_end(shape)
        if known.iris is None:
            known.iris = self._iris(document)
        variant = self._variant(known.iris, slots)
        if variant not in known.templates:
            if variant and len(known.templates) >= MAX_VARIANTS:
                raise NotCovered
            known.templates[variant] = self._compile(document, [number for number, _ in variant])
        template = known.templates[variant]
        if template is None:
            raise NotCovered
        return template

    def _met_again(self, shape: Shape) -> _Known:
        """Return a new place for a shape that was met once. Raises NotCovered for one never met.

        The first of its shape goes the long way, for it may stay the only one; and however many such
        come, from strangers too, they drive out no shape that is in use.
        """
        if shape not in self.met_once:
            self.met_once[shape] = None
            if len(self.met_once) > self.max_shapes:
                self.met_once.popitem(last=False)
            raise NotCovered
        del self.met_once[shape]
        self._note(shape)
        return self.shapes[shape]

    def _variant(self, iris: Iterable[int], slots: list[str]) -> Variant:
        return tuple([(number, slots[number]) for number in fixed_slots(iris, slots, self.loader)])

    def _iris(self, document: Document) -> tuple[int, ...]:
        try:
            return iri_slots(document, self.loader, self.members)
        except ProofError as error:
            raise NotCovered from error

    def _compile(self, document: Document, fixed: Iterable[int]) -> Template | None:
        self.counts["compiled"] += 1
        try:
            return compile_template(document, fixed, self.loader, self.members)
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
    context: Any = None
    prepared = []
    for number, document in enumerate(documents):
        unsecured = without_proof(document) if "proof" in document else document
        if context is None or unsecured.get("@context") != context:
            context = unsecured.get("@context")
            place = repr(context)
            if place not in configurations:
                configurations[place] = _configuration(unsecured, chosen, cache)
            proof, configuration = configurations[place]
        digest = cache.digest(unsecured)
        if check_every and number % check_every == 0:
            cache.compare(unsecured, digest)
        prepared.append(Prepared(configuration + digest, partial(_secured, document, proof)))
    return prepared


def configuration_of(
    context: Any, *, verification_method: str, created: str, cache: ShapeCache
) -> tuple[Document, bytes]:
    """Return a proof without its value, and the digest of its canonical form. Raises ProofError.

    context: of the documents that get it.
    """
    parse_stamp(created, "created")
    options = proof_options(verification_method, created, "assertionMethod", None)
    return _configuration({"@context": context}, options, cache)


def _configuration(document: Document, chosen: Document, cache: ShapeCache) -> tuple[Document, bytes]:
    suite = eddsa_rdfc_2022.SUITE
    proof = suite.options_for(document, chosen)
    configuration = suite.proof_configuration(proof, document, contexts=cache.loader)
    return proof, sha256(configuration).digest()


def _secured(document: Document, proof: Document, signature: bytes) -> Document:
    return with_proof(document, eddsa_rdfc_2022.SUITE.attach(proof, signature))
