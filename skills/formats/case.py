"""CASE packages (1EdTech, CASE Service 1.0 and 1.1, CFPackage): read into a Package.

Public publishers are looser than the schema: times without zone, `educationalLevel` as text instead of
`educationLevel` as a list, link objects as bare strings. All of that is read; what cannot be is a Flaw.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from skills.formats.errors import FormatError
from skills.formats.model import IS_CHILD_OF, Edge, Flaw, Node, Package
from skills.formats.values import moment, natural, paragraph, short, text, texts

KIND = "case"
_LAST = 1_000_000_000  # stands where a sibling has no sequence number
_READ = {
    "identifier", "uri", "fullStatement", "humanCodingScheme", "CFItemType", "conceptKeywords", "language",
    "lastChangeDateTime", "abbreviatedStatement", "CFDocumentURI", "CFItemTypeURI", "CFItemAssociationURI",
}  # fmt: skip


def is_case(data: Any) -> bool:
    """Return whether parsed JSON looks like a CASE package."""
    return isinstance(data, dict) and isinstance(data.get("CFDocument"), dict)


def read(data: Any) -> Package:
    """Return the framework of a parsed CFPackage. Raises FormatError."""
    if not is_case(data):
        raise FormatError("no-case-package")
    document = data["CFDocument"]
    source_id, title = text(document.get("identifier"), 300), text(document.get("title"), 300)
    if not source_id or not title:
        raise FormatError("document-incomplete", missing="identifier" if not source_id else "title")
    flaws: list[Flaw] = []
    nodes = _nodes(_list(data, "CFItems"), text(document.get("language"), 16) or "en", flaws)
    orders: dict[str, tuple[Any, ...]] = {}
    edges = _edges(_list(data, "CFAssociations"), nodes, source_id, orders, flaws)
    return Package(
        kind=KIND,
        source_id=source_id,
        uri=text(document.get("uri"), 500),
        title=title,
        nodes=tuple(_in_tree(nodes, edges, orders, flaws)),
        edges=tuple(edges),
        flaws=tuple(flaws),
        description=paragraph(document.get("description")),
        creator=text(document.get("creator"), 200),
        publisher=text(document.get("publisher"), 200),
        language=text(document.get("language"), 16) or "en",
        licence=_licence(document),
        adoption_status=text(document.get("adoptionStatus"), 60),
        changed_at=moment(document.get("lastChangeDateTime")),
        raw={
            key: value for key, value in document.items() if key not in {"identifier", "title", "description"}
        },
    )


def _list(data: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = data.get(key) or []
    if not isinstance(value, list):
        raise FormatError("not-a-list", member=key)
    return [row for row in value if isinstance(row, dict)]


def _licence(document: dict[str, Any]) -> str:
    link = document.get("licenseURI")
    if isinstance(link, dict):
        return text(link.get("title") or link.get("uri"), 300)
    return text(link, 300)


def _nodes(rows: Iterable[dict[str, Any]], language: str, flaws: list[Flaw]) -> dict[str, Node]:
    nodes: dict[str, Node] = {}
    for number, row in enumerate(rows, 1):
        source_id, statement = text(row.get("identifier"), 500), paragraph(row.get("fullStatement"))
        where = source_id or f"CFItems[{number}]"
        if not source_id or not statement:
            flaws.append(Flaw("item-incomplete", where, "fullStatement" if source_id else "identifier"))
        elif source_id in nodes:
            flaws.append(Flaw("item-twice", where))
        else:
            nodes[source_id] = _node(source_id, statement, row, language)
    return nodes


def _node(source_id: str, statement: str, row: dict[str, Any], language: str) -> Node:
    kind = row.get("CFItemType") or (row.get("CFItemTypeURI") or {})
    raw = {key: value for key, value in row.items() if key not in _READ}
    level = row.get("educationLevel", row.get("educationalLevel"))
    if level:
        raw["educationLevel"] = list(texts(level))
    return Node(
        source_id=source_id,
        uri=text(row.get("uri"), 500) or f"urn:uuid:{source_id}",
        name=text(row.get("abbreviatedStatement"), 300) or short(statement),
        statement=statement,
        code=text(row.get("humanCodingScheme"), 120),
        item_type=text(kind.get("title") if isinstance(kind, dict) else kind, 80),
        keywords=texts(row.get("conceptKeywords")),
        language=text(row.get("language"), 16) or language,
        changed_at=moment(row.get("lastChangeDateTime")),
        retired=bool(row.get("statusEndDate"))
        and text(row.get("statusEndDate")) < text(row.get("lastChangeDateTime")),
        raw=raw,
    )


def _link(value: Any) -> tuple[str, str]:
    """Return (identifier, uri) of a link, which some publishers write as one string."""
    if isinstance(value, dict):
        return text(value.get("identifier"), 500), text(value.get("uri"), 500)
    plain = text(value, 500)
    return plain.rstrip("/").rsplit("/", 1)[-1], plain


def _edges(
    rows: Iterable[dict[str, Any]],
    nodes: dict[str, Node],
    document_id: str,
    orders: dict[str, tuple[Any, ...]],
    flaws: list[Flaw],
) -> list[Edge]:
    edges: dict[str, Edge] = {}
    for row in rows:
        origin, _origin_uri = _link(row.get("originNodeURI"))
        target, target_uri = _link(row.get("destinationNodeURI"))
        kind = text(row.get("associationType"), 40)
        source_id = text(row.get("identifier"), 500) or f"{origin} {kind} {target}"[:500]
        if origin not in nodes or not kind or not (target or target_uri):
            flaws.append(Flaw("association-without-end", source_id, origin))
            continue
        inside = target if target in nodes else ""
        number = row.get("sequenceNumber")
        position = number if isinstance(number, int) and 0 <= number < _LAST else _LAST
        if kind == IS_CHILD_OF:
            orders.setdefault(origin, (position,))
            if not inside and target != document_id:
                flaws.append(Flaw("parent-elsewhere", origin, target))
        edges[source_id] = Edge(
            source_id,
            kind,
            origin,
            inside,
            target_uri or f"urn:uuid:{target}",
            0 if position == _LAST else position,
        )
    return list(edges.values())


def _in_tree(
    nodes: dict[str, Node], edges: list[Edge], orders: dict[str, tuple[Any, ...]], flaws: list[Flaw]
) -> Iterable[Node]:
    """Give every node its first parent and its place among its siblings; break cycles, and say so."""
    parents: dict[str, str] = {}
    for edge in edges:
        if edge.kind == IS_CHILD_OF and edge.destination and edge.origin not in parents:
            if _leads_to(edge.destination, edge.origin, parents):
                flaws.append(Flaw("cycle", edge.origin, edge.destination))
            else:
                parents[edge.origin] = edge.destination

    def key(node: Node) -> tuple[Any, ...]:
        place = orders.get(node.source_id, (_LAST,))
        return (
            *place,
            natural(text(node.raw.get("listEnumeration"))),
            natural(node.code),
            natural(node.name),
        )

    for position, node in enumerate(sorted(nodes.values(), key=key), 1):
        yield replace(node, parent=parents.get(node.source_id, ""), position=position)


def _leads_to(start: str, goal: str, parents: dict[str, str]) -> bool:
    at: str | None = start
    while at:
        if at == goal:
            return True
        at = parents.get(at)
    return False
