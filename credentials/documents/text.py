"""Characters that break signatures or hide in names: find them, and propose a text without them.

Why each is a trap: canonicalizers disagree on how to escape or sort it, so a signature made
here would fail elsewhere.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]

_TRAPS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\t|[\ufffe\uffff]|\ufeff|\ufffd|[\ud800-\udfff]")
_FULL_WIDTH = re.compile(r"[\uff01-\uff5e\uffe0-\uffe6]")
_LINE_ENDS = re.compile(r"\r\n?")

RULES: dict[str, Severity] = {
    "control-character": "error",
    "tab": "error",
    "noncharacter": "error",
    "lone-surrogate": "error",
    "byte-order-mark": "warning",
    "replacement-character": "warning",
    "full-width-form": "warning",
    "not-text": "error",
}


@dataclass(frozen=True, slots=True)
class TextFinding:
    """One trap in a text. position: of its first character."""

    rule: str
    position: int
    severity: Severity


@dataclass(frozen=True, slots=True)
class CleanText:
    """A text as it may be stored, a text that would have no findings, and what was found.

    text: for a person's name always as given; otherwise mended where nothing is lost by it.
    suggestion: what to offer the person who can decide.
    """

    text: str
    suggestion: str
    findings: tuple[TextFinding, ...] = ()

    @property
    def refused(self) -> bool:
        """Return whether text must not be signed as it stands."""
        return any(finding.severity == "error" for finding in self.findings)


def clean_text(value: object, *, person_name: bool = False) -> CleanText:
    """Return the value without its harmless traps, and findings for all of them.

    Line ends become LF, tabs a space, full-width letters plain; marks without meaning go. Control
    characters are never dropped silently: the text stays as given and is refused. A person's name
    is never altered at all; the suggestion is the remedy.
    """
    if not isinstance(value, str):
        return CleanText("", "", (TextFinding("not-text", 0, "error"),))
    suggestion = _mended(value)
    if suggestion == value:
        return CleanText(value, value)
    findings = find_traps(value) + _find_full_width(value)
    if person_name:
        return CleanText(value, suggestion, findings)
    mendable = tuple(
        TextFinding(finding.rule, finding.position, "warning") if finding.rule == "tab" else finding
        for finding in findings
    )
    refused = any(finding.severity == "error" for finding in mendable)
    return CleanText(value if refused else suggestion, suggestion, mendable)


def find_traps(value: str) -> tuple[TextFinding, ...]:
    """Return one finding for each kind of trap in the text, in order of first position."""
    first: dict[str, int] = {}
    for match in _TRAPS.finditer(value):
        first.setdefault(_rule_of(match.group()), match.start())
    return tuple(TextFinding(rule, position, RULES[rule]) for rule, position in first.items())


def sorts_unlike(values: list[str]) -> bool:
    """Return whether canonicalizers that sort by UTF-16 would order these values differently."""
    by_unit = sorted(values, key=lambda text: text.encode("utf-16-be", "surrogatepass"))
    return sorted(values) != by_unit


def _rule_of(character: str) -> str:
    if character == "\t":
        return "tab"
    if character == "\ufeff":
        return "byte-order-mark"
    if character == "\ufffd":
        return "replacement-character"
    if character in "\ufffe\uffff":
        return "noncharacter"
    return "lone-surrogate" if "\ud800" <= character <= "\udfff" else "control-character"


def _find_full_width(value: str) -> tuple[TextFinding, ...]:
    match = _FULL_WIDTH.search(value)
    return (TextFinding("full-width-form", match.start(), "warning"),) if match else ()


def _mended(value: str) -> str:
    text = _LINE_ENDS.sub("\n", value)
    text = _FULL_WIDTH.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)
    return _TRAPS.sub(lambda match: " " if match.group() == "\t" else "", text)
