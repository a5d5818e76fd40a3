"""RDF Dataset Canonicalization, RDFC-1.0, with a budget of steps.

Names follow the specification. Terms are canonical N-Quads text (see nquads), so that a
first-degree hash is string work and sorting lines is sorting by code point.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterable, Mapping
from itertools import permutations
from typing import Any

from credentials.canon.errors import ProofError
from credentials.canon.nquads import Quad

MAX_STEPS = 20_000
HASHES: dict[str, Callable[[bytes], Any]] = {"sha256": hashlib.sha256, "sha384": hashlib.sha384}


def canonicalize(quads: Iterable[Quad], *, hash: str = "sha256", max_steps: int = MAX_STEPS) -> str:
    """Return the canonical N-Quads text of a dataset.

    quads: with terms in canonical form; a statement may occur twice. max_steps: how much work
    blank nodes that look alike may cost. Raises ProofError "canonicalization-limit".
    Rule: RDFC-1.0, section 4.4.
    """
    dataset = dict.fromkeys(quads)
    labels = _Canonicalization(mentions(dataset), {}, hash, max_steps).labels()
    lines = [_line(quad, labels) for quad in dataset]
    lines.sort()
    return "".join(lines)


def issue_labels(
    quads: Iterable[Quad], *, hash: str = "sha256", max_steps: int = MAX_STEPS
) -> dict[str, str]:
    """Return the canonical label of every blank node, by its label in the input."""
    return _Canonicalization(mentions(dict.fromkeys(quads)), {}, hash, max_steps).labels()


def issue_labels_by_hash(
    quads_of: Mapping[str, list[Quad]],
    first_degree: dict[str, str],
    *,
    hash: str = "sha256",
    max_steps: int = MAX_STEPS,
) -> dict[str, str]:
    """Return the canonical labels where every first-degree hash is already known.

    quads_of: as mentions gives it; only predicates and blank nodes are looked at.
    """
    return _Canonicalization(quads_of, first_degree, hash, max_steps).labels()


def mentions(quads: Iterable[Quad]) -> dict[str, list[Quad]]:
    """Return the statements that mention each blank node: once each, also if it is there twice."""
    quads_of: dict[str, list[Quad]] = {}
    for quad in quads:
        for term in {quad.subject, quad.object, quad.graph}:
            if term[:1] == "_":
                quads_of.setdefault(term, []).append(quad)
    return quads_of


def _line(quad: Quad, labels: dict[str, str]) -> str:
    subject, predicate, object_, graph = quad
    if subject[0] == "_":
        subject = labels[subject]
    if object_[0] == "_":
        object_ = labels[object_]
    if not graph:
        return f"{subject} {predicate} {object_} .\n"
    return f"{subject} {predicate} {object_} {labels.get(graph, graph)} .\n"


class IdentifierIssuer:
    """Gives labels in the order asked for. Rule: RDFC-1.0, section 4.5."""

    __slots__ = ("issued", "prefix")

    def __init__(self, prefix: str, issued: dict[str, str] | None = None) -> None:
        self.prefix = prefix
        self.issued = issued or {}

    def issue(self, existing: str) -> str:
        label = self.issued.get(existing)
        if label is None:
            label = self.issued[existing] = f"{self.prefix}{len(self.issued)}"
        return label

    def copy(self) -> IdentifierIssuer:
        return IdentifierIssuer(self.prefix, self.issued.copy())


NDegree = tuple[str, IdentifierIssuer]
Recursion = Generator[tuple[str, IdentifierIssuer], NDegree, NDegree]


class _Canonicalization:
    """The canonicalization state. Rule: RDFC-1.0, section 4.3."""

    def __init__(
        self, quads_of: Mapping[str, list[Quad]], first_degree: dict[str, str], hash: str, max_steps: int
    ) -> None:
        if hash not in HASHES:
            raise ProofError("unsupported-proof", f"The hash {hash[:20]!r} is not one of RDFC-1.0.")
        self.digest = HASHES[hash]
        self.left = max_steps * 16  # sixteenths of a step
        self.canonical = IdentifierIssuer("_:c14n")
        self.first_degree = first_degree
        self.quads_of = quads_of

    def hash(self, text: str) -> str:
        return self.digest(text.encode()).hexdigest()  # type: ignore[no-any-return]

    def spend(self, sixteenths: int) -> None:
        self.left -= sixteenths
        if self.left < 0:
            raise ProofError("canonicalization-limit", "Too many blank nodes look alike.")

    def labels(self) -> dict[str, str]:
        by_hash: dict[str, list[str]] = {}
        for node in self.quads_of:
            by_hash.setdefault(self.hash_first_degree_quads(node), []).append(node)
        groups = []
        for digest in sorted(by_hash):
            nodes = by_hash[digest]
            if len(nodes) == 1:
                self.canonical.issue(nodes[0])
            else:
                groups.append(nodes)
        for nodes in groups:
            self._label_alike(nodes)
        return self.canonical.issued

    def _label_alike(self, nodes: list[str]) -> None:
        """Label nodes of one first-degree hash. Rule: RDFC-1.0, section 4.4.3, step 5."""
        if self._stand_alone(nodes[0]):
            for node in nodes:  # equal but for their own label: every order gives the same text
                self.canonical.issue(node)
            return
        results: list[NDegree] = []
        for node in nodes:
            if node not in self.canonical.issued:
                issuer = IdentifierIssuer("_:b")
                issuer.issue(node)
                results.append(self._run(node, issuer))
        for _, issuer in sorted(results, key=lambda result: result[0]):
            for existing in issuer.issued:
                self.canonical.issue(existing)

    def _stand_alone(self, node: str) -> bool:
        return all(
            term == node or term[:1] != "_"
            for quad in self.quads_of[node]
            for term in (quad.subject, quad.object, quad.graph)
        )

    def hash_first_degree_quads(self, node: str) -> str:
        """Rule: RDFC-1.0, section 4.6."""
        known = self.first_degree.get(node)
        if known is None:
            lines = [self._marked(quad, node) for quad in self.quads_of[node]]
            lines.sort()
            known = self.first_degree[node] = self.hash("".join(lines))
        return known

    @staticmethod
    def _marked(quad: Quad, node: str) -> str:
        subject, predicate, object_, graph = quad
        if subject[0] == "_":
            subject = "_:a" if subject == node else "_:z"
        if object_[0] == "_":
            object_ = "_:a" if object_ == node else "_:z"
        if not graph:
            return f"{subject} {predicate} {object_} .\n"
        if graph[0] == "_":
            graph = "_:a" if graph == node else "_:z"
        return f"{subject} {predicate} {object_} {graph} .\n"

    def hash_related_blank_node(
        self, related: str, quad: Quad, issuer: IdentifierIssuer, position: str
    ) -> str:
        """Rule: RDFC-1.0, section 4.7."""
        identifier = (
            self.canonical.issued.get(related)
            or issuer.issued.get(related)
            or self.hash_first_degree_quads(related)
        )
        predicate = "" if position == "g" else quad.predicate
        return self.hash(f"{position}{predicate}{identifier}")

    def _run(self, node: str, issuer: IdentifierIssuer) -> NDegree:
        """Run hash_n_degree_quads on a stack of our own, so that depth is no danger."""
        stack = [self.hash_n_degree_quads(node, issuer)]
        result: NDegree | None = None
        while stack:
            try:
                wanted = stack[-1].send(result)  # type: ignore[arg-type]
            except StopIteration as stop:
                stack.pop()
                result = stop.value
            else:
                stack.append(self.hash_n_degree_quads(*wanted))
                result = None
        assert result is not None
        return result

    def hash_n_degree_quads(self, node: str, issuer: IdentifierIssuer) -> Recursion:
        """Rule: RDFC-1.0, section 4.8. Yields each recursion it needs and is sent its result."""
        self.spend(16 + 2 * len(self.quads_of[node]))
        related = self._hash_to_related(node, issuer)
        data: list[str] = []
        for digest in sorted(related):
            data.append(digest)
            chosen: tuple[str, IdentifierIssuer] | None = None
            for permutation in permutations(sorted(related[digest])):
                self.spend(16 + len(permutation) + len(issuer.issued) // 8)
                tried = yield from self._try(permutation, issuer.copy(), chosen[0] if chosen else "")
                if tried is not None and (chosen is None or tried[0] < chosen[0]):
                    chosen = tried
            assert chosen is not None
            data.append(chosen[0])
            issuer = chosen[1]
        return self.hash("".join(data)), issuer

    def _try(
        self, permutation: tuple[str, ...], issuer: IdentifierIssuer, best: str
    ) -> Generator[tuple[str, IdentifierIssuer], NDegree, tuple[str, IdentifierIssuer] | None]:
        """Return path and issuer of one permutation, or None when it cannot be the best."""
        path = ""
        recursion_list = []
        for related in permutation:
            label = self.canonical.issued.get(related)
            if label is None:
                if related not in issuer.issued:
                    recursion_list.append(related)
                label = issuer.issue(related)
            path += label
            if best and len(path) >= len(best) and path > best:
                return None
        for related in recursion_list:
            digest, inner = yield related, issuer
            path += f"{issuer.issue(related)}<{digest}>"
            issuer = inner
            if best and len(path) >= len(best) and path > best:
                return None
        return path, issuer

    def _hash_to_related(self, node: str, issuer: IdentifierIssuer) -> dict[str, list[str]]:
        """Rule: RDFC-1.0, section 4.8.3, steps 1 to 3."""
        found: dict[str, list[str]] = {}
        for quad in self.quads_of[node]:
            for position, term in (("s", quad.subject), ("o", quad.object), ("g", quad.graph)):
                if term[:1] == "_" and term != node:
                    digest = self.hash_related_blank_node(term, quad, issuer, position)
                    found.setdefault(digest, []).append(term)
        return found
