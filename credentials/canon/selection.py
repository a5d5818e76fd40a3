"""Parts of a document by JSON Pointer, with what holds them together: ids and types on the way.

Rule: VC Data Integrity ECDSA Cryptosuites v1.0, sections 3.4.10 to 3.4.13; RFC 6901.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from typing import Any

from credentials.canon.errors import SECURITY, ProofError

MAX_POINTERS = 1_000
MAX_POINTER = 2_000  # characters

Document = dict[str, Any]
_GENERATION = SECURITY + "PROOF_GENERATION_ERROR"
_POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*)*\Z")
_INDEX = re.compile(r"(?:0|[1-9][0-9]{0,8})\Z")
_NAMES = ("id", "@id")
_TYPES = ("type", "@type")


class _Object(dict[str, Any]):
    """An object of which only some members are selected so far."""


class _Array(dict[int, Any]):
    """An array of which only some items are selected so far, by their index."""


def json_pointer_to_paths(pointer: object) -> list[str]:
    """Return the steps of a JSON Pointer. Raises ProofError "malformed"."""
    if not isinstance(pointer, str) or len(pointer) > MAX_POINTER or not _POINTER.match(pointer):
        raise ProofError("malformed", "A text is not a JSON Pointer.", _GENERATION)
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def select_json_ld(pointers: Sequence[str], document: Document) -> Document | None:
    """Return the selected part of a compact document, or None when no pointer is given.

    Raises ProofError "malformed" for a pointer that is none or that points to nothing.
    """
    if len(pointers) > MAX_POINTERS:
        raise ProofError("malformed", f"More than {MAX_POINTERS} pointers are given.", _GENERATION)
    if not pointers:
        return None
    selection = create_initial_selection(document)
    if "@context" in document:
        selection["@context"] = copy.deepcopy(document["@context"])
    for pointer in pointers:
        paths = json_pointer_to_paths(pointer)
        if not paths:
            return copy.deepcopy(document)
        _select_paths(paths, document, selection)
    selected: Document = _dense(selection)
    return selected


def create_initial_selection(source: Document) -> _Object:
    """Return what an object always shows: its id, unless that names a blank node, and its types."""
    selection = _Object()
    for name in _NAMES:
        if name in source and not str(source[name]).startswith("_:"):
            selection[name] = source[name]
    for name in _TYPES:
        if name in source:
            selection[name] = copy.deepcopy(source[name])
    return selection


def _select_paths(paths: list[str], document: Document, selection: _Object) -> None:
    selected: Any = selection
    way = _follow(paths, document)
    for key, value in way[:-1]:
        if key not in selected:
            selected[key] = _Array() if isinstance(value, list) else create_initial_selection(value)
        selected = selected[key]
        if not isinstance(selected, _Object | _Array):
            return  # all of it is selected already
    key, value = way[-1]
    selected[key] = copy.deepcopy(value)


def _follow(paths: list[str], document: Document) -> list[tuple[str | int, Any]]:
    """Return each key on the way and the value there. Raises ProofError if the way ends in nothing."""
    value: Any = document
    way: list[tuple[str | int, Any]] = []
    for step in paths:
        key = _key(value, step)
        value = value[key]
        way.append((key, value))
    return way


def _key(value: Any, step: str) -> str | int:
    if isinstance(value, dict) and step in value:
        return step
    if isinstance(value, list) and _INDEX.match(step) and int(step) < len(value):
        return int(step)
    raise ProofError("malformed", "A JSON Pointer points to nothing in the document.", _GENERATION)


def _dense(value: Any) -> Any:
    if isinstance(value, _Object):
        return {name: _dense(inner) for name, inner in value.items()}
    if isinstance(value, _Array):
        return [_dense(value[index]) for index in sorted(value)]
    return value
