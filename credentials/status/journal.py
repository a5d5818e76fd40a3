"""The revocation journal: a file on another disk that survives the loss of the database.

One JSON list a line: issuer's key, list number, index, time; without an index it says that the list was
opened. A restored portal sets its bits again from it, so that a backup never brings a revoked credential
back to life, and keeps clear of lists that the backup does not know.
"""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Entry:
    """One set bit, or with no index one opened list, named without any id of the database."""

    issuer: str
    number: int
    index: int | None
    at: datetime


def append(entries: Iterable[Entry]) -> None:
    """Write entries to the end of the journal; return when the disk has them."""
    path = Path(settings.REVOCATION_JOURNAL)
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(
        json.dumps([entry.issuer, entry.number, entry.index, entry.at.isoformat()]) + "\n"
        for entry in entries
    )
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(handle).st_size
        cut_off = size and os.pread(handle, 1, size - 1) != b"\n"
        os.write(handle, (("\n" if cut_off else "") + lines).encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def read() -> Iterator[Entry]:
    """Yield what the journal holds; a last line that a crash cut off is passed over."""
    path = Path(settings.REVOCATION_JOURNAL)
    if not path.exists():
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                issuer, number, index, at = json.loads(line)
                yield Entry(issuer, number, index, datetime.fromisoformat(at))
            except (ValueError, TypeError):
                continue
