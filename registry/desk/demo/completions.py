"""The sample college's learners: what they completed, as the files its registrar would upload."""

import csv
import io
from datetime import timedelta
from functools import cache
from random import Random

from registry.desk.demo.calendar import TERMS, Calendar
from registry.desk.demo.catalogue import DATA, EXPIRES_DAYS, offering_rows

HEADER = ("Student ID", "Full name", "Email", "Course code", "Completed on", "Final grade", "Comments",
          "Evidence link", "Expires on", "Completion ID")  # fmt: skip
LETTER_GRADES = ("A", "A-", "B+", "B", "B-", "C+")
RICH = {  # the record that the demo shows first
    0: ("NURS-101", "CNA-50", "CPR-10", "PEER-1", "STUD-10"),
    1: ("MEDA-100", "SERV-25", "ORNT-1"),
    2: ("NURS-102", "LEAD-100", "DATA-30"),
    3: ("NURS-110", "CYB-105", "SERV-100"),
}
NARRATIVES = (
    "Kept calm when the ward was full, and asked for help at the right moment.",
    "Explained each step to the two newest members of the group.",
    "Finished ahead of time and used the rest to check the work of the team.",
    "",
    "",
    "",
)


@cache
def learners() -> tuple[dict[str, str], ...]:
    """Return the sample learners, as the student system knows them."""
    with (DATA / "people.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def approved_codes() -> list[str]:
    """Return the codes under which something can be awarded from the beginning."""
    return [row["code"] for row in offering_rows() if row["state"] in {"", "v2", "v2draft", "expiring"}]


def term_rows(term: int, calendar: Calendar) -> list[tuple[str, ...]]:
    """Return a term's completions; the same term gives the same rows."""
    chance = Random(f"riverbend-{term}")  # noqa: S311 - sample data, not a secret
    days_ago = TERMS[term][1]
    rows = []
    for number, person in enumerate(learners()):
        codes = (
            RICH[term]
            if number == 0
            else tuple(chance.sample(approved_codes(), chance.choice((0, 1, 1, 2, 3))))
        )
        for code in codes:
            rows.append(_row(person, code, term, days_ago + chance.randrange(0, 12), chance, calendar))
    return rows


def _row(
    person: dict[str, str], code: str, term: int, days_ago: int, chance: Random, calendar: Calendar
) -> tuple[str, ...]:
    row = next(row for row in offering_rows() if row["code"] == code)
    done = calendar.on(days_ago)
    grade = chance.choice(LETTER_GRADES) if row["kind"] == "credit" else ""
    if grade and code == "NURS-102" and days_ago < 190:
        grade = f"Final grade: {grade}; Performance: {chance.choice(('Competent', 'Exemplary'))}"
    assessed = row["basis"] == "assessed"
    link = f"https://work.riverbend.example/{code.lower()}/{person['source_id'].lower()}" if assessed else ""
    expires = (done + timedelta(days=EXPIRES_DAYS[code])).isoformat() if code in EXPIRES_DAYS else ""
    story = chance.choice(NARRATIVES) if assessed else ""
    return (person["source_id"], person["name"], person["email"], code, done.isoformat(), grade, story,
            link if chance.random() < 0.4 else "", expires, f"{person['source_id']}-{code}-t{term}")  # fmt: skip


def as_csv(rows: list[tuple[str, ...]]) -> bytes:
    """Return rows as a file with our header, as a spreadsheet program saves it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
