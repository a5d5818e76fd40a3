"""Look at every value once, before any rule: is it JSON at all, and are there traps in its texts."""

from typing import Any

try:
    import orjson
except ImportError:  # the exit kit has nothing compiled but cryptography
    orjson = None  # type: ignore[assignment]

from credentials.documents.text import find_traps
from credentials.lint.findings import Path, Report

MAX_JSON_DEPTH = 250
MAX_SAFE_INTEGER = 2**53 - 1  # RFC 7493, 2.2
# As orjson writes them; it stops at a depth of 254 and refuses half characters and huge numbers.
_ESCAPES = (b"\\u00", b"\\t", b"\\b", b"\\f")
_MARKS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf", b"\xef\xbb\xbf", b"\xef\xbf\xbd")
_SUPPLEMENTARY = (b"\xf0", b"\xf1", b"\xf2", b"\xf3", b"\xf4")
_PRIVATE_AND_FORMS = (b"\xee", b"\xef")
_WORDS = {
    "control-character": "A control character breaks signatures.",
    "tab": "A tab breaks signatures in older software; write a space.",
    "noncharacter": "U+FFFE and U+FFFF are no characters and break signatures.",
    "lone-surrogate": "Half a character cannot be written as UTF-8.",
    "byte-order-mark": "An invisible U+FEFF stands in the text.",
    "replacement-character": "U+FFFD shows that the text was read in the wrong encoding.",
}


def scan(report: Report, document: dict[str, Any]) -> bool:
    """Note traps and values that are not JSON; return whether the rules may look at the document."""
    if orjson is None:
        return _walk(report, document)
    try:
        raw = orjson.dumps(document, option=orjson.OPT_STRICT_INTEGER)
    except (TypeError, RecursionError):
        return _walk(report, document)
    suspect = b"\x7f" in raw or (b"\\" in raw and any(sign in raw for sign in _ESCAPES))
    if not raw.isascii():
        high = any(byte in raw for byte in _PRIVATE_AND_FORMS)
        report.wide = high and any(byte in raw for byte in _SUPPLEMENTARY)
        suspect = suspect or (high and any(sign in raw for sign in _MARKS))
    return _walk(report, document) if suspect else True


def _walk(report: Report, document: dict[str, Any]) -> bool:
    stack: list[tuple[Any, Path, int]] = [(document, None, 0)]
    sound = True
    while stack:
        value, path, depth = stack.pop()
        if type(value) is str:
            _check_text(report, value, path)
        elif depth > MAX_JSON_DEPTH:
            report.must(path, "too-deep", "Too many levels.")
            return False
        elif type(value) is dict:
            for key, item in value.items():
                sound = _check_key(report, key, path) and sound
                stack.append((item, (path, key if type(key) is str else "?"), depth + 1))
        elif type(value) is list:
            stack.extend((item, (path, index), depth + 1) for index, item in enumerate(value))
        else:
            sound = _check_scalar(report, value, path) and sound
    return sound


def _check_key(report: Report, key: Any, path: Path) -> bool:
    if type(key) is not str:
        report.must(path, "not-json", "A member name is not text.")
        return False
    _check_text(report, key, (path, key))
    return True


def _check_text(report: Report, value: str, path: Path) -> None:
    for finding in find_traps(value):
        if finding.rule == "lone-surrogate":
            report.must(path, finding.rule, _WORDS[finding.rule])
        elif finding.severity == "error":
            report.should(path, finding.rule, _WORDS[finding.rule])
        else:
            report.advise(path, finding.rule, _WORDS[finding.rule])


def _check_scalar(report: Report, value: Any, path: Path) -> bool:
    if value is None or type(value) is bool:
        return True
    if type(value) is int:
        if abs(value) > MAX_SAFE_INTEGER:
            report.should(path, "number-too-large", "Other readers lose digits of this number.")
        return True
    if type(value) is float:
        return True
    report.must(path, "not-json", "A value is of no JSON type.")
    return False
