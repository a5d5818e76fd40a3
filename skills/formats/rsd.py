"""Rich Skill Descriptors (Open Skills Network, OSMT): collection JSON, and both generations of CSV."""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from skills.formats.errors import FormatError
from skills.formats.model import Edge, Flaw, Node, Package
from skills.formats.values import moment, paragraph, short, text, texts

KIND = "rsd"
NAMESPACE = uuid.UUID("2f8f6c1e-8f0b-5d3c-9a55-0c6f1f3b7a10")  # for skills that bring no address of their own
RETIRED = {"archived", "deleted"}
ALIGNED = "isRelatedTo"

# column of a CSV, in lower case: what it holds. Import form first, then both exports.
COLUMNS = {
    "skill name": "name", "rsd name": "name",
    "contextualized skill statement": "statement", "skill statement": "statement",
    "canonical url": "uri",
    "skill category": "categories", "skill categories": "categories", "category": "categories", "categories": "categories",
    "keywords": "keywords",
    "author": "author", "authors": "author",
    "collection": "collection", "collections": "collection",
}  # fmt: skip


def is_collection(data: Any) -> bool:
    """Return whether parsed JSON looks like an RSD collection."""
    return isinstance(data, dict) and isinstance(data.get("skills"), list)


def is_csv(columns: Sequence[str]) -> bool:
    """Return whether a header is one of an RSD CSV."""
    known = {COLUMNS.get(name.strip().lower()) for name in columns}
    return {"name", "statement"} <= known


def read_collection(data: Any) -> Package:
    """Return the framework of a parsed collection. Raises FormatError."""
    if not is_collection(data):
        raise FormatError("no-collection")
    uri = text(data.get("id"), 500)
    title = text(data.get("name"), 300)
    if not title:
        raise FormatError("document-incomplete", missing="name")
    flaws: list[Flaw] = []
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    for number, row in enumerate(data["skills"], 1):
        if isinstance(row, dict):
            _keep(_from_json(row), f"skills[{number}]", nodes, flaws)
            edges += _aligned_json(row, nodes)
    return Package(
        kind=KIND,
        source_id=text(data.get("uuid"), 300) or uri[:300] or title,
        uri=uri,
        title=title,
        nodes=tuple(nodes.values()),
        edges=tuple(edges),
        flaws=tuple(flaws),
        description=paragraph(data.get("description")),
        creator=text(data.get("author") or data.get("creator"), 200),
        publisher=text(data.get("owner") or data.get("creator"), 200),
        changed_at=moment(data.get("updateDate")),
        raw={key: value for key, value in data.items() if key != "skills"},
    )


def _from_json(row: dict[str, Any]) -> Node:
    name, statement = text(row.get("skillName"), 300), paragraph(row.get("skillStatement"))
    uri = text(row.get("id"), 500)
    return Node(
        source_id=text(row.get("uuid"), 500) or uri,
        uri=uri,
        name=name or short(statement),
        statement=statement,
        keywords=tuple(dict.fromkeys(texts(row.get("categories")) + texts(row.get("keywords")))),
        changed_at=moment(row.get("updateDate") or row.get("publishDate")),
        retired=text(row.get("status")).lower() in RETIRED or bool(row.get("archiveDate")),
        raw={
            key: value for key, value in row.items() if key not in {"skillName", "skillStatement", "keywords"}
        },
    )


def _aligned_json(row: dict[str, Any], nodes: dict[str, Node]) -> list[Edge]:
    origin = text(row.get("uuid"), 500) or text(row.get("id"), 500)
    links = [text(one.get("id"), 500) for one in row.get("alignments") or [] if isinstance(one, dict)]
    return [
        Edge(f"{origin} {link}"[:500], ALIGNED, origin, "", link)
        for link in links
        if link and origin in nodes
    ]


def read_csv(columns: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]], *, title: str) -> Package:
    """Return the framework of a CSV's rows, numbered by line. Raises FormatError.

    A skill is the same one next time by its canonical URL; the import form has none, so there by its
    name (and its statement, where the name stands twice). title: for a file that names no collection.
    """
    if not is_csv(columns):
        raise FormatError("no-rsd-columns")
    plan = [COLUMNS.get(name.strip().lower(), "") for name in columns]
    links = [index for index, name in enumerate(columns) if _holds_link(name)]
    flaws: list[Flaw] = []
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    collections: dict[str, None] = {}
    author = ""
    for line, row in rows:
        held = {plan[index]: value for index, value in enumerate(row[: len(plan)]) if plan[index]}
        collections.update(dict.fromkeys(texts(held.get("collection", ""), 300)))
        author = author or text(held.get("author"), 200)
        node = _keep(_from_row(held, nodes), str(line), nodes, flaws)
        if node:
            found = dict.fromkeys(text(row[index], 500) for index in links if index < len(row))
            edges += [
                Edge(f"{node.source_id} {uri}"[:500], ALIGNED, node.source_id, "", uri)
                for uri in found
                if uri
            ]
    name = next(iter(collections)) if len(collections) == 1 else text(title, 300)
    return Package(
        kind=KIND, source_id=f"rsd-csv:{name.casefold()}"[:300], uri="", title=name, nodes=tuple(nodes.values()),
        edges=tuple(edges), flaws=tuple(flaws), creator=author,
    )  # fmt: skip


def _holds_link(name: str) -> bool:
    words = name.strip().lower()
    return words == "alignment" or (words.startswith("alignment") and words.endswith("url"))


def _from_row(held: dict[str, str], nodes: dict[str, Node]) -> Node:
    name, statement, uri = (
        text(held.get("name"), 300),
        paragraph(held.get("statement")),
        text(held.get("uri"), 500),
    )
    key = uri or (f"name:{name.casefold()}" if name else "")
    if not uri and key in nodes and nodes[key].statement != statement:
        key += " " + hashlib.sha256(statement.encode()).hexdigest()[:12]
    return Node(
        source_id=key[:500],
        uri=uri or f"urn:uuid:{uuid.uuid5(NAMESPACE, f'{name} {statement}')}",
        name=name,
        statement=statement,
        keywords=tuple(dict.fromkeys(texts(held.get("categories", "")) + texts(held.get("keywords", "")))),
    )


def _keep(node: Node, where: str, nodes: dict[str, Node], flaws: list[Flaw]) -> Node | None:
    if not node.source_id or not node.statement or not node.name:
        missing = "name" if not node.name else "statement" if not node.statement else "id"
        flaws.append(Flaw("item-incomplete", where, missing))
        return None
    if node.source_id in nodes:
        flaws.append(Flaw("item-twice", where, node.name))
        return None
    placed = Node(**{**vars(node), "position": len(nodes) + 1})
    nodes[node.source_id] = placed
    return placed
