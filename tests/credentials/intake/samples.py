"""Catalogue files as colleges have them, written by a generator."""

import csv
import io

SEATTLE = ["College", "Department", "Code", "Name", "Credits", "Tags", "Prerequisites"]


def seattle_like(rows: int = 120) -> list[list[str]]:
    """Return rows with the traits of a real district's file.

    Codes repeat across departments and colleges, keep their leading zeros, departments differ by a
    sign only (ENGL and ENGL&), credits are fractional, some are 0, some rows are basic skills, tags and
    prerequisites are lists inside a cell.
    """
    out = []
    for index in range(rows):
        college = ("Central", "South", "North")[index % 3]
        department = ("ABE", "ENGL", "ENGL&", "NUR", "ESL", "MATH&")[(index // 3) % 6]
        code = f"{20 + index // 18:03d}"
        credits = "0.0" if index in (10, 11) else ("5.0", "2.5", "10.0")[index % 3]
        tags = "HY,LC" if index % 4 == 0 else ""
        before = f"{department}019,MATH098" if index % 5 == 0 else ""
        out.append([college, department, code, f"Course {index}, part one", credits, tags, before])
    return out


def as_csv(rows: list[list[str]], *, mark: str = ",", encoding: str = "utf-8") -> bytes:
    """Return rows as the bytes of a CSV file."""
    out = io.StringIO()
    csv.writer(out, delimiter=mark).writerows(rows)
    return out.getvalue().encode(encoding)
