"""What was read before, by its shape. The verifier in the exit kit carries no shapes and reads each document anew."""

from collections.abc import Callable
from typing import Any

from credentials.canon.contexts import Contexts

try:
    from credentials.shapes.seen import seen_shapes
except ImportError:  # they need orjson, which is compiled
    seen_shapes = None  # type: ignore[assignment]


def covers(document: dict[str, Any], contexts: Contexts) -> bool:
    """Return whether all terms of a document are known to be defined."""
    return seen_shapes is not None and seen_shapes(contexts).covers(document)


def digester(contexts: Contexts) -> Callable[[dict[str, Any]], bytes] | None:
    """Return what makes digests of canonical forms by shape; None where the full algorithm is to be taken."""
    return None if seen_shapes is None else seen_shapes(contexts).digest
