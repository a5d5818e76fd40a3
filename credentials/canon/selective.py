"""Canonical statements in groups, for proofs that let a holder show a part of a document.

The specification gives every blank node a temporary URN, compacts, selects, and takes the URNs away
again. Here the URNs are put into the document as it stands, so that pointers keep fitting arrays of
one; that no node was missed or made is checked by comparing the canonical forms.

Rule: VC Data Integrity ECDSA Cryptosuites v1.0, section 3.4 (Selective Disclosure Functions).
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from credentials.canon import jsonld, rdfc
from credentials.canon.contexts import Contexts, as_loader
from credentials.canon.errors import ProofError
from credentials.canon.jsonld import LIMITS, Limits, QuadWriter
from credentials.canon.nquads import Quad, write
from credentials.canon.selection import select_json_ld

URN = "urn:bnid:"

Document = dict[str, Any]
LabelMap = Mapping[str, str]  # blank node labels, with "_:", to blank node labels
LabelMapFactory = Callable[[LabelMap], LabelMap]


@dataclass(frozen=True)
class Group:
    """matching: the statements selected, by their place among all; deskolemized: with input labels."""

    matching: dict[int, str]
    non_matching: dict[int, str]
    deskolemized: list[Quad]


@dataclass(frozen=True)
class Grouped:
    """groups: by name. label_map: input labels to new labels. nquads: all statements, sorted."""

    groups: dict[str, Group]
    label_map: LabelMap
    nquads: list[str]


def create_hmac_id_label_map_function(key: bytes) -> LabelMapFactory:
    """Return the function that replaces canonical labels by their HMAC-SHA-256, so that they tell nothing."""

    def label_map(canonical: LabelMap) -> LabelMap:
        return {
            given: "_:" + _label_text(hmac.digest(key, label[2:].encode(), sha256))
            for given, label in canonical.items()
        }

    return label_map


def _label_text(digest: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def create_label_map_function(labels: Mapping[str, str]) -> LabelMapFactory:
    """Return the function that replaces canonical labels ("c14n0") by given ones ("u…").

    It raises ProofError "signature-invalid" unless there is one label for each blank node: two for
    one would let a holder tear a thing apart or melt two into one.
    """

    def label_map(canonical: LabelMap) -> LabelMap:
        wanted = {label[2:] for label in canonical.values()}
        if wanted != labels.keys() or len(set(labels.values())) != len(labels):
            raise ProofError("signature-invalid", "The proof's labels are not those of the document.")
        return {given: "_:" + labels[label[2:]] for given, label in canonical.items()}

    return label_map


def label_replacement_canonicalize_nquads(
    quads: Sequence[Quad], factory: LabelMapFactory, *, max_steps: int = rdfc.MAX_STEPS
) -> tuple[list[str], LabelMap]:
    """Return the sorted statements with new labels, and the map from input labels to new ones."""
    labels = factory(rdfc.issue_labels(quads, max_steps=max_steps))
    return sorted(set(relabel_blank_nodes(quads, labels))), labels


def label_replacement_canonicalize_json_ld(
    document: Document,
    factory: LabelMapFactory,
    contexts: Contexts = None,
    *,
    limits: Limits = LIMITS,
    max_steps: int = rdfc.MAX_STEPS,
) -> tuple[list[str], LabelMap]:
    """Return the sorted statements of a document with new labels, and the map to those labels."""
    quads = jsonld.to_rdf(document, contexts, limits=limits)
    return label_replacement_canonicalize_nquads(quads, factory, max_steps=max_steps)


def relabel_blank_nodes(quads: Iterable[Quad], labels: LabelMap) -> list[str]:
    """Return the lines of statements with every blank node label replaced."""
    return [write(Quad(*(labels[term] if term[:1] == "_" else term for term in quad))) for quad in quads]


def canonicalize_and_group(
    document: Document,
    factory: LabelMapFactory,
    group_definitions: Mapping[str, Sequence[str]],
    contexts: Contexts = None,
    *,
    limits: Limits = LIMITS,
    max_steps: int = rdfc.MAX_STEPS,
) -> Grouped:
    """Return all statements of a document, and which of them each list of JSON Pointers selects.

    Raises ProofError like jsonld.to_rdf and rdfc.canonicalize, "malformed" for a pointer that is
    none, and "proof-generation" when a pointer would cut an ordered list.
    """
    jsonld.check_bounds(document, as_loader(contexts), limits)
    skolemized = skolemize_compact_json_ld(document)
    quads = to_deskolemized_nquads(skolemized, contexts, limits=limits)
    canonical = rdfc.issue_labels(quads, max_steps=max_steps)
    plain = jsonld.to_rdf(document, contexts, limits=limits)
    if rdfc.canonicalize(plain, max_steps=max_steps) != "".join(
        sorted(relabel_blank_nodes(quads, canonical))
    ):
        raise ProofError("proof-generation", "The document has a form that cannot be shown in part.")
    labels = factory(canonical)
    nquads = sorted(relabel_blank_nodes(quads, labels))
    groups = {
        name: _group(nquads, select_canonical_nquads(pointers, labels, skolemized, contexts, limits=limits))
        for name, pointers in group_definitions.items()
    }
    return Grouped(groups, labels, nquads)


def select_canonical_nquads(
    pointers: Sequence[str],
    labels: LabelMap,
    skolemized: Document,
    contexts: Contexts = None,
    *,
    limits: Limits = LIMITS,
) -> tuple[list[Quad], list[str]]:
    """Return the statements that pointers select: with input labels, and as lines with new labels."""
    selection = select_json_ld(pointers, skolemized)
    if selection is None:
        return [], []
    quads = to_deskolemized_nquads(selection, contexts, limits=limits)
    if any(term[:1] == "_" and term not in labels for quad in quads for term in quad):
        raise ProofError("proof-generation", "A pointer selects what cannot be shown alone.")
    return quads, relabel_blank_nodes(quads, labels)


def skolemize_compact_json_ld(document: Document) -> Document:
    """Return the document with a temporary URN as id of every object that has none."""
    count = 0

    def walk(value: Any) -> Any:
        nonlocal count
        if isinstance(value, list):
            return [walk(item) for item in value]
        if not isinstance(value, dict):
            return value
        named = {name: inner if name == "@context" else walk(inner) for name, inner in value.items()}
        if not named.keys().isdisjoint({"@value", "@list", "@set"}):
            return named
        own = next((name for name in ("id", "@id") if name in named), None)
        if own is None:
            named["@id"] = f"{URN}n{count}"
            count += 1
        elif isinstance(named[own], str) and named[own].startswith(URN):
            raise ProofError("malformed", "An id has the form of a temporary one.")
        elif isinstance(named[own], str) and named[own].startswith("_:"):
            named[own] = f"{URN}g{named[own][2:]}"
        return named

    skolemized: Document = walk(document)
    return skolemized


def to_deskolemized_nquads(
    skolemized: Document, contexts: Contexts = None, *, limits: Limits = LIMITS
) -> list[Quad]:
    """Return the statements of a skolemized document; the same thing has the same label in every part."""
    expanded = jsonld.expand_safely(skolemized, as_loader(contexts), limits=limits)
    return _StableWriter().write(expanded)


class _StableWriter(QuadWriter):
    """Gives every blank node a label that follows from where it stands, not from what stands before it."""

    def __init__(self) -> None:
        super().__init__()
        self.lists: dict[tuple[str, str], int] = {}

    def resource(self, identifier: Any, path: str) -> str:
        if isinstance(identifier, str) and identifier.startswith(URN):
            return "_:" + identifier[len(URN) :]
        return super().resource(identifier, path)

    def unnamed(self, node: dict[str, Any], path: str) -> str:
        """Name a graph that stands without id, as `proof` and `verifiableCredential` do, by its first node."""
        first = node.get("@graph", [None])[0]
        if not isinstance(first, dict) or not isinstance(first.get("@id"), str):
            raise ProofError("proof-generation", f"A part of the document cannot be named ({path}).")
        return self._place("graph", first["@id"])

    def cells(self, items: list[Any]) -> list[str]:
        number = self.lists[self.owner] = self.lists.get(self.owner, 0) + 1
        return [self._place("cell", *self.owner, str(number), str(index)) for index in range(len(items))]

    @staticmethod
    def _place(*parts: str) -> str:
        return "_:p" + sha256("\n".join(parts).encode()).hexdigest()


def _group(nquads: list[str], selected: tuple[list[Quad], list[str]]) -> Group:
    quads, lines = selected
    wanted = set(lines)
    matching = {index: line for index, line in enumerate(nquads) if line in wanted}
    if len(matching) != len(wanted):
        raise ProofError("proof-generation", "A pointer cuts an ordered list.")
    rest = {index: line for index, line in enumerate(nquads) if line not in wanted}
    return Group(matching, rest, quads)
