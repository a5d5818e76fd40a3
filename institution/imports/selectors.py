"""What the preview shows: figures, pages of rows, groups that wait for a word, faulty rows as CSV."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Count, Min, QuerySet
from django.utils.translation import gettext as _

from institution.imports import cells
from institution.imports.models import StagedRow, Upload
from institution.imports.reading import raw_rows
from institution.imports.states import RowOutcome


@dataclass(frozen=True)
class Group:
    """Rows that ask the same thing, decided together."""

    question: str
    count: int
    confirmed: bool | None
    examples: list[StagedRow] = field(default_factory=list)


def counts(upload: Upload) -> dict[str, int]:
    """Return {outcome: rows} with every outcome present."""
    found = dict(upload.rows.values_list("outcome").annotate(n=Count("id")).order_by())
    return {outcome: found.get(outcome, 0) for outcome in RowOutcome.values}


def rows_of(upload: Upload, outcome: str, question: str = "") -> QuerySet[StagedRow]:
    """Return the staged rows of one outcome in the order of the file."""
    found = upload.rows.filter(outcome=outcome)
    return (found.filter(question=question) if question else found).order_by("line")


def groups(upload: Upload, *, examples: int = 3) -> list[Group]:
    """Return the groups of rows that ask, in the order of the file, each with a few of its rows."""
    asked = upload.rows.filter(outcome=RowOutcome.ASKED)
    figures = (
        asked.values("question")
        .annotate(n=Count("id"), first=Min("line"), said=BoolOr("confirmed"))
        .order_by("first")
    )
    return [
        Group(
            row["question"],
            row["n"],
            row["said"],
            list(asked.filter(question=row["question"]).order_by("line")[:examples]),
        )
        for row in figures
    ]


def unanswered(upload: Upload) -> int:
    """Return how many rows wait for a word."""
    return upload.rows.filter(outcome=RowOutcome.ASKED, confirmed__isnull=True).count()


def faulty_csv(upload: Upload) -> Iterator[str]:
    """Yield the faulty rows as CSV, as they came, with line, reason and remedy; formulas made harmless.

    The columns stand as in the file, so that the corrected rows can be uploaded as they are.
    """
    faults = dict(upload.rows.filter(outcome=RowOutcome.FAULTY).values_list("line", "faults"))
    yield _line([*upload.columns, _("Line"), _("What is wrong"), _("What to do")])
    for line, row in raw_rows(upload):
        if line in faults:
            padded = row[: len(upload.columns)] + [""] * (len(upload.columns) - len(row))
            yield _line([*padded, str(line), *_words(faults[line])])


def _words(faults: list[dict[str, str]]) -> tuple[str, str]:
    why = [f"{one['column']}: {one['message']}" if one["column"] else one["message"] for one in faults]
    return "; ".join(why), "; ".join(one["remedy"] for one in faults if one["remedy"])


def _line(texts: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([cells.escaped(text) for text in texts])
    return out.getvalue()
