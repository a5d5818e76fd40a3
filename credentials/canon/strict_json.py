"""Read JSON from strangers: one meaning per text, bounded, and no surprise types. And write it."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from credentials.canon.errors import ProofError

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 32
MAX_INTEGER = 2**53 - 1  # RFC 7493 (I-JSON), section 2.2

_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}]', re.DOTALL)
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


def loads(text: bytes | str, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> dict[str, Any]:
    """Return the JSON object that the text holds. Raises ProofError "malformed".

    Refused: other encodings than UTF-8 and a byte order mark, duplicate member names, more
    than max_depth levels, NaN and infinities, integers beyond 2^53-1, lone surrogates, and
    anything but an object at the top.
    """
    value = loads_value(text, max_bytes=max_bytes, max_depth=max_depth)
    if not isinstance(value, dict):
        raise ProofError("malformed", "The top level is not an object.")
    return value


def loads_value(text: bytes | str, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Any:
    """Return the JSON value that the text holds, under the rules of loads. Raises ProofError "malformed"."""
    source = _decode(text, max_bytes)
    _check_depth(source, max_depth)
    try:
        value = json.loads(
            source,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_float,
            parse_constant=_constant,
        )
    except (ValueError, RecursionError) as error:
        raise ProofError("malformed", "The text is not valid JSON.") from error
    if _SURROGATE_ESCAPE.search(source):
        _refuse_surrogates(value)
    return value


def dumps(document: dict[str, Any]) -> bytes:
    """Return a JSON object written compactly, members in their own order: as this project writes what it signs.

    Raises TypeError, ValueError or RecursionError for what is not JSON.
    """
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _decode(text: bytes | str, max_bytes: int) -> str:
    try:
        if isinstance(text, str):
            size, source = len(text.encode()) if len(text) <= max_bytes else len(text), text
        else:
            size, source = len(text), text.decode() if len(text) <= max_bytes else ""
    except UnicodeError as error:
        raise ProofError("malformed", "The text is not UTF-8.") from error
    if size > max_bytes:
        raise ProofError("malformed", f"The text is longer than {max_bytes} bytes.")
    if source.startswith("\ufeff"):
        raise ProofError("malformed", "The text starts with a byte order mark.")
    return source


def _check_depth(source: str, max_depth: int) -> None:
    depth = 0
    for match in _TOKEN.finditer(source):
        mark = match.group()
        if mark in "[{":
            depth += 1
            if depth > max_depth:
                raise ProofError("malformed", f"The text nests deeper than {max_depth} levels.")
        elif mark in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise ProofError("malformed", f"The member {name[:80]!r} stands twice in one object.")
            seen.add(name)
    return value


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > MAX_INTEGER:
        raise ProofError("malformed", "An integer is beyond 2^53-1.")
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits) if len(digits) <= 400 else math.inf
    if not math.isfinite(value):
        raise ProofError("malformed", "A number is out of range.")
    return value


def _constant(name: str) -> float:
    raise ProofError("malformed", f"{name} is not JSON.")


def _refuse_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeError as error:
        raise ProofError("malformed", "A string holds half of a surrogate pair.") from error
