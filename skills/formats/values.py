"""Values from files that are not always what their format promises."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

_DIGITS = re.compile(r"(\d+)")
NAME_LENGTH = 140


def text(value: Any, limit: int = 0) -> str:
    """Return a text with single spaces, cut at a limit; "" for anything that is no text or number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    cleaned = " ".join(str(value).replace("\x00", "").split())
    return cleaned[:limit] if limit else cleaned


def paragraph(value: Any) -> str:
    """Return a text with its lines kept."""
    return value.replace("\x00", "").replace("\r\n", "\n").strip() if isinstance(value, str) else text(value)


def texts(value: Any, limit: int = 120) -> tuple[str, ...]:
    """Return the distinct texts of a list, or of one text with semicolons."""
    parts: Iterable[Any] = (
        value.split(";") if isinstance(value, str) else value if isinstance(value, list) else []
    )
    found = (text(part.get("name") if isinstance(part, dict) else part, limit) for part in parts)
    return tuple(dict.fromkeys(part for part in found if part))


def moment(value: Any) -> datetime | None:
    """Return an aware time; one without a zone is taken as UTC; None for what is no time."""
    if not isinstance(value, str) or not value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def short(statement: str) -> str:
    """Return a statement as a name: whole, or cut after a word."""
    line = text(statement)
    if len(line) <= NAME_LENGTH:
        return line
    return line[:NAME_LENGTH].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def natural(value: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that sorts A.2 before A.10."""
    parts = _DIGITS.split(value)
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part.casefold()) for part in parts if part)
