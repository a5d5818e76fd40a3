"""What two documents must have in common to share a canonical form, and what may differ.

The shape of a document is everything but the text of its slots: member names and their order,
nesting, lengths, contexts, types, numbers, truth values, and whole parts that are the same for
many recipients (issuer, achievement). A slot is any other string.
"""

from __future__ import annotations

from typing import Any

import orjson

MAX_SLOTS = 400
MAX_NODES = 400
MAX_STATEMENTS = 600  # laying the lines of one subject is quadratic

FIXED = frozenset({"@context", "type", "issuer", "achievement", "credentialSchema"})
NAMES_A_CONTEXT = frozenset({"@context", "type"})  # fixed also where they are one string
AS_JSON = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS

Shape = tuple[Any, ...]


class NotCovered(Exception):  # noqa: N818 - not an error: the full algorithm takes over
    """The document is of a kind that only the full algorithm can treat."""


def read(document: dict[str, Any], fixed: frozenset[str] = FIXED) -> tuple[Shape, list[str]]:
    """Return shape and slots of a document. Raises NotCovered.

    fixed: the members whose values belong to the shape as they are.

    Two documents with the same shape differ in the text of their slots and nothing else: an
    object gives its length, all its names and then its values in order; an array its length and
    its values; so a shape can be read back in one way only.
    """
    if type(document) is not dict:
        raise NotCovered
    shape: list[Any] = []
    slots: list[str] = []
    _read_object(document, shape, slots, fixed)
    if len(slots) > MAX_SLOTS:
        raise NotCovered
    return tuple(shape), slots


def _read_object(value: dict[str, Any], shape: list[Any], slots: list[str], fixed: frozenset[str]) -> None:
    shape.append(len(value))
    shape.extend(value)
    for name, inner in value.items():
        if name in fixed and (type(inner) is not str or name in NAMES_A_CONTEXT):
            written = _fixed(inner)
            if name == "@context" and b"{" in written:
                raise NotCovered  # a context written inside could give a meaning to any IRI
            shape.append(written)
        elif type(inner) is str:
            shape.append(None)
            slots.append(inner)
        else:
            _read_other(inner, shape, slots, fixed)


def _read_other(value: Any, shape: list[Any], slots: list[str], fixed: frozenset[str]) -> None:
    kind = type(value)
    if kind is dict:
        shape.append("{")
        _read_object(value, shape, slots, fixed)
    elif kind is list:
        shape.append("[")
        shape.append(len(value))
        for inner in value:
            if type(inner) is str:
                shape.append(None)
                slots.append(inner)
            else:
                _read_other(inner, shape, slots, fixed)
    elif kind is bool or kind is int or kind is float:
        shape.append(f"#{value!r}")
    else:
        raise NotCovered


def _fixed(value: Any) -> bytes:
    try:
        return orjson.dumps(value, option=AS_JSON)
    except (TypeError, ValueError, RecursionError) as error:
        raise NotCovered from error


def fill(document: Any, slots: list[str], fixed: frozenset[str] = FIXED) -> Any:
    """Return the document with its slots replaced, in the order in which read met them."""
    return _fill(document, iter(slots), fixed)


def _fill(value: Any, slots: Any, fixed: frozenset[str]) -> Any:
    if isinstance(value, str):
        return next(slots)
    if isinstance(value, dict):
        return {
            name: inner
            if name in fixed and (type(inner) is not str or name in NAMES_A_CONTEXT)
            else _fill(inner, slots, fixed)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_fill(inner, slots, fixed) for inner in value]
    return value


def paths(document: dict[str, Any]) -> list[tuple[str | int, ...]]:
    """Return where each slot stands, in the order in which read met them."""
    found: list[tuple[str | int, ...]] = []
    _paths(document, (), found)
    return found


def _paths(value: Any, here: tuple[str | int, ...], found: list[tuple[str | int, ...]]) -> None:
    if isinstance(value, str):
        found.append(here)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in FIXED or (type(inner) is str and name not in NAMES_A_CONTEXT):
                _paths(inner, (*here, name), found)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            _paths(inner, (*here, number), found)
