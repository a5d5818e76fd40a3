"""JSON Canonicalization Scheme, RFC 8785."""

from __future__ import annotations

import math
import re
from typing import Any

from credentials.canon.errors import ProofError
from credentials.canon.strict_json import MAX_INTEGER

MAX_DEPTH = 64

_ESCAPED = re.compile(r'[\x00-\x1f"\\]')
_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def dumps(value: Any) -> bytes:
    """Return the canonical UTF-8 text of a JSON value. Raises ProofError "malformed".

    Refused: NaN and infinities, integers beyond 2^53-1, lone surrogates, other types than
    JSON has, and more than 64 levels.
    Rule: RFC 8785, section 3.2.
    """
    parts: list[str] = []
    _write(value, parts, 0)
    try:
        return "".join(parts).encode()
    except UnicodeError as error:
        raise ProofError("malformed", "A string holds half of a surrogate pair.") from error


def _write(value: Any, parts: list[str], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ProofError("malformed", f"The value nests deeper than {MAX_DEPTH} levels.")
    if isinstance(value, str):
        parts.append(_string(value))
    elif isinstance(value, dict):
        _write_object(value, parts, depth)
    elif isinstance(value, list | tuple):
        parts.append("[")
        for number, item in enumerate(value):
            if number:
                parts.append(",")
            _write(item, parts, depth + 1)
        parts.append("]")
    else:
        parts.append(_scalar(value))


def _write_object(value: dict[Any, Any], parts: list[str], depth: int) -> None:
    if not all(isinstance(name, str) for name in value):
        raise ProofError("malformed", "A member name is not a string.")
    names = list(value) if len(value) < 2 else sorted(value, key=_utf16)
    parts.append("{")
    for number, name in enumerate(names):
        parts.append(("," if number else "") + _string(name) + ":")
        _write(value[name], parts, depth + 1)
    parts.append("}")


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")


def _string(text: str) -> str:
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return _SHORT.get(character) or f"\\u{ord(character):04x}"


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise ProofError("malformed", "An integer is beyond 2^53-1.")
        return str(value)
    if isinstance(value, float):
        return number_to_string(value)
    raise ProofError("malformed", "The value has a type that JSON does not know.")


def number_to_string(value: float) -> str:
    """Return a double as ECMAScript writes it (ECMA-262, Number::toString)."""
    if not math.isfinite(value):
        raise ProofError("malformed", "A number is not finite.")
    if value == 0:
        return "0"
    mantissa, _, exponent = f"{value!r}".lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(exponent or 0)
    digits = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(digits)
    digits = digits.rstrip("0")
    return ("-" if value < 0 else "") + _place_point(digits, point)


def _place_point(digits: str, point: int) -> str:
    """Write 0.digits x 10^point with the point where ECMAScript puts it."""
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    power = f"e{point - 1:+d}"
    return digits[0] + (f".{digits[1:]}" if len(digits) > 1 else "") + power
