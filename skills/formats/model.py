"""What every reader returns: a framework, its skills, and the edges between them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

IS_CHILD_OF = "isChildOf"


@dataclass(frozen=True)
class Node:
    """One skill. parent: source_id of the first parent inside the framework. position: among siblings."""

    source_id: str
    uri: str
    name: str
    statement: str
    code: str = ""
    item_type: str = ""
    keywords: tuple[str, ...] = ()
    language: str = "en"
    parent: str = ""
    position: int = 0
    changed_at: datetime | None = None
    retired: bool = False
    raw: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Edge:
    """origin *kind* destination. destination: a source_id of this framework, empty for one elsewhere."""

    source_id: str
    kind: str
    origin: str
    destination: str
    destination_uri: str
    position: int = 0


@dataclass(frozen=True)
class Flaw:
    """Something in the file that was left out or mended. problem: a stable word."""

    problem: str
    where: str
    value: str = ""


@dataclass(frozen=True)
class Package:
    """A framework as a file tells it."""

    kind: str
    source_id: str
    uri: str
    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    flaws: tuple[Flaw, ...] = ()
    description: str = ""
    creator: str = ""
    publisher: str = ""
    language: str = "en"
    licence: str = ""
    adoption_status: str = ""
    changed_at: datetime | None = None
    raw: dict[str, Any] = field(default_factory=dict)
