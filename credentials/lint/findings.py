"""What the lint found, and how grave it is."""

from dataclasses import dataclass
from typing import Any

from credentials.documents.text import Severity

MAX_FINDINGS = 200
MAX_DEPTH = 40  # objects in objects; a badge in a CLR has about ten

# A path while linting: (path of the owner, member name or index), None for the document itself.
Path = tuple[Any, str | int] | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that does not hold. path: JSON pointer. rule: stable. message: English, no data in it."""

    path: str
    rule: str
    message: str
    severity: Severity


class Report:
    """Collects findings of one run.

    strict: the document is our own and not signed yet, so every deviation is an error.
    known: objects, by identity, that were checked before and have not changed since.
    """

    __slots__ = ("depth", "findings", "known", "nodes", "strict", "wide")

    def __init__(self, strict: bool) -> None:
        self.strict = strict
        self.findings: list[Finding] = []
        self.nodes: dict[str, dict[str, Any]] = {}
        self.known: frozenset[int] = frozenset()
        self.depth = 0
        self.wide = False

    def must(self, path: Path, rule: str, message: str) -> None:
        """Note a broken must of the VC data model: always an error."""
        self._note(path, rule, message, "error")

    def should(self, path: Path, rule: str, message: str) -> None:
        """Note a deviation from another standard or house rule: a warning in a foreign document."""
        self._note(path, rule, message, "error" if self.strict else "warning")

    def advise(self, path: Path, rule: str, message: str) -> None:
        """Note what is allowed and unwise."""
        self._note(path, rule, message, "warning")

    def _note(self, path: Path, rule: str, message: str, severity: Severity) -> None:
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(Finding(pointer(path), rule, message, severity))


def pointer(path: Path) -> str:
    """Return the path as a JSON pointer (RFC 6901), long or strange names cut short."""
    parts: list[str] = []
    while path is not None and len(parts) < 2 * MAX_DEPTH:
        path, key = path
        text = key if isinstance(key, str) else str(key)
        text = "".join(char if char.isprintable() else "?" for char in text[:60])
        parts.append(text.replace("~", "~0").replace("/", "~1"))
    return "".join("/" + part for part in reversed(parts))
