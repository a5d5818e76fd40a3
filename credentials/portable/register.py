"""The register of an exit kit: one line for each credential that was signed, sorted by its digest.

It may hold millions of lines, so it is never read whole: a digest is found by halving the file.
"""

import csv
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from credentials.checks.run import Registered
from credentials.documents.dates import read_stamp

FIELDS = ("sha256", "credential", "signed_at", "status", "replaced_on", "reason")
DIGEST = 64  # characters of a SHA-256 in hexadecimal
_LONGEST = 2_000  # bytes of a line


@dataclass(frozen=True)
class Line:
    """What is kept of one credential: no name, no address, nothing that it says."""

    sha256: str
    credential: str  # urn:uuid:…, the document's own id
    signed_at: str  # a moment with its zone
    status: str
    replaced_on: str = ""
    reason: str = ""


def write(target: TextIO, lines: Iterable[Line]) -> int:
    """Write the register as it comes, line by line; return how many lines. Raises ValueError if not sorted."""
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(FIELDS)
    count, last = 0, ""
    for line in lines:
        if len(line.sha256) != DIGEST or line.sha256 < last:
            raise ValueError("the register is not sorted by digest")
        writer.writerow([getattr(line, name) for name in FIELDS])
        count, last = count + 1, line.sha256
    return count


class RegisterFile:
    """A register on disk. Safe to ask for anything."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def find(self, digest: str) -> Line | None:
        """Return the line of a digest, or None."""
        if len(digest) != DIGEST or not self.path.is_file():
            return None
        wanted = digest.encode("ascii", "replace")
        with self.path.open("rb") as file:
            low, high = len(file.readline(_LONGEST)), os.fstat(file.fileno()).st_size
            while low < high:
                middle = (low + high) // 2
                file.seek(max(middle - 1, low))
                if middle > low:
                    file.readline(_LONGEST)  # to the first line that begins at the middle or after it
                start = file.tell()
                raw = file.readline(_LONGEST) if start < high else b""
                if not raw or raw[:DIGEST] > wanted:
                    high = middle
                elif raw[:DIGEST] < wanted:
                    low = start + len(raw)
                else:
                    return _line(raw)
        return None

    def registered(self, digest: str) -> Registered | None:
        """Return what the checks want to know of a digest, or None."""
        line = self.find(digest)
        if line is None:
            return None
        return Registered(read_stamp(line.signed_at), line.replaced_on, line.reason)


def _line(raw: bytes) -> Line:
    [row] = csv.reader([raw.decode("utf-8", "replace")])
    return Line(**dict(zip(FIELDS, row, strict=False)))
