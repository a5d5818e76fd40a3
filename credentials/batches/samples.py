"""Files of completions to try the portal with: any number of good rows, and forty kinds of bad ones."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from credentials.catalog.selectors import CodeBook

HEADER = (
    "Student ID",
    "Name",
    "Email",
    "Course",
    "Completion date",
    "Grade",
    "Comment",
    "Evidence",
    "Expires",
)
FIRST = ["Amara", "Zoë", "José", "Nguyễn", "Oluwaseun", "Siobhán", "Łukasz", "Marisol", "Hye-jin", "Björn", "Chidinma", "Tomás", "Aaliyah", "Kenji", "Priya", "Mateo", "Ngozi", "Élodie", "Dmitri", "Leilani", "Xóchitl", "Rafał", "Søren", "Thandiwe", "Yusuf", "Ana", "María", "Wei", "Fatima", "Ximena"]  # fmt: skip
LAST = ["Nwosu", "Hernández", "O’Connor", "Trần", "Kowalski", "Park", "Müller", "Okafor", "García", "Yamamoto", "Sharma", "Ivanov", "Kealoha", "Ortiz", "Dubois", "Ødegaard", "Mbeki", "Demir", "Castellanos", "Chen", "Al-Farsi", "Delgado", "Johansson", "Whitehorse", "Begay", "Kim", "López", "Ali"]  # fmt: skip
WHOLE = ("محمد عبد الله", "李小龍", "Ngũgĩ wa Thiong’o", "山田 太郎", "Олена Шевченко", "עדי כהן", "김민준")
GRADES = ("A", "A-", "B+", "B", "P")
NOTES = ("", "", "Worked with two patients under a nurse’s eye.", "Led the team in week 3.")

Row = list[str]


@dataclass(frozen=True)
class Award:
    """An achievement that rows may name: its code, since when it may be awarded, how results are written."""

    code: str
    since: date
    description: dict[str, object] | None


def awards_in(codes: CodeBook, today: date) -> list[Award]:
    """Return what may be awarded today under a code that means one thing only."""
    found = []
    for key, spelled in sorted(codes.spelled.items()):
        newest = codes[key][0]
        since = newest.offering_version.effective_on
        if (
            key in codes.several
            or newest.offering_version.offering.retired_at
            or getattr(newest, "dropped_on", None)
            or since is None
            or since > today
        ):
            continue
        descriptions = newest.result_descriptions
        found.append(Award(spelled, since, descriptions[0] if descriptions else None))
    return found


@dataclass
class Maker:
    """Makes rows, the same for the same seed."""

    awards: list[Award]
    today: date
    seed: int = 1

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311  (sample data, no secret)

    def rows(self, count: int) -> Iterator[Row]:
        """Yield good rows; a person has about three of them."""
        for number in range(count):
            yield self.row(number // 3, self.awards[number % len(self.awards)], number)

    def row(self, person: int, award: Award, number: int) -> Row:
        """Return one good row."""
        chance = random.Random(f"{self.seed}-{person}")  # noqa: S311
        name = (
            chance.choice(WHOLE) if chance.random() < 0.1 else f"{chance.choice(FIRST)} {chance.choice(LAST)}"
        )
        number_text = f"{880_000_000 + person}"
        day = self._day(award, number)
        evidence = f"https://portfolio.riverbend.example/{number_text}/{number}" if number % 7 == 0 else ""
        note = NOTES[number % len(NOTES)]
        return [
            number_text,
            name,
            f"s{number_text}@students.riverbend.example",
            award.code,
            day.isoformat(),
            self._result(award),
            note,
            evidence,
            "",
        ]

    def _day(self, award: Award, number: int) -> date:
        span = min((self.today - award.since).days, 90)
        return self.today - timedelta(days=number % (span + 1))

    def _result(self, award: Award) -> str:
        one = award.description
        if one is None:
            return ""
        levels = one.get("levels")
        if isinstance(levels, list) and levels:
            return str(self.chance.choice(levels)["name"])
        kind = str(one["result_type"])
        if kind == "Status":
            return "Completed"
        if kind in ("LetterGrade", "Result"):
            return self.chance.choice(GRADES)
        high = str(one.get("value_max") or "") or ("4" if kind == "GradePointAverage" else "100")
        return str(int(float(high)))


def put(column: str, text: str) -> Callable[[Row], Row]:
    """Return a change that puts a text into a column."""
    place = HEADER.index(column)
    return lambda row: [*row[:place], text, *row[place + 1 :]]


def _both(*changes: Callable[[Row], Row]) -> Callable[[Row], Row]:
    def change(row: Row) -> Row:
        for one in changes:
            row = one(row)
        return row

    return change


def _letter_for_figure(row: Row) -> Row:
    return put("Course", "Q" + row[3])(row)


FAULTS: dict[str, Callable[[Row], Row]] = {
    "name missing": put("Name", ""),
    "name is an address": put("Name", "amara@students.riverbend.example"),
    "name is a number": put("Name", "880000123"),
    "name too long": put("Name", "Ana María " * 25),
    "name is a formula": put("Name", "=B2&C2"),
    "name shows an error": put("Name", "#N/A"),
    "nobody named": _both(put("Student ID", ""), put("Email", "")),
    "address without at sign": put("Email", "amara.students.riverbend.example"),
    "address without host": put("Email", "amara@"),
    "address without dot": put("Email", "amara@students"),
    "address with a space": put("Email", "amara nwosu@students.riverbend.example"),
    "two addresses": put("Email", "a@students.example, b@students.example"),
    "address with a comma": put("Email", "amara@students,example"),
    "address shows an error": put("Email", "#REF!"),
    "number too long": put("Student ID", "8" * 90),
    "number is a formula": put("Student ID", "=A1+1"),
    "number shows an error": put("Student ID", "#VALUE!"),
    "code missing": put("Course", ""),
    "code misspelled": _letter_for_figure,
    "code unknown": put("Course", "ZZZZ 0000"),
    "code shows an error": put("Course", "#NAME?"),
    "code too long": put("Course", "NURSING " * 10),
    "code is a formula": put("Course", "=VLOOKUP(A2)"),
    "date missing": put("Completion date", ""),
    "date is a word": put("Completion date", "spring"),
    "date does not exist": put("Completion date", "2026-02-31"),
    "date may mean two days": put("Completion date", "03/04/2026"),
    "date still to come": put("Completion date", "2199-01-01"),
    "date too long ago": put("Completion date", "1926-05-14"),
    "date before the approval": put("Completion date", "2000-01-01"),
    "date shows an error": put("Completion date", "#DIV/0!"),
    "ends before it begins": put("Expires", "2001-01-01"),
    "end is no date": put("Expires", "never"),
    "result too long": put("Grade", "very good " * 12),
    "comment too long": put("Comment", "He did well. " * 400),
    "comment is a formula": put("Comment", "=SUM(A1)"),
    "evidence is no address": put("Evidence", "see the folder"),
    "evidence with a user name": put("Evidence", "https://user:secret@portfolio.example/a"),
    "evidence of another kind": put("Evidence", "ftp://portfolio.example/a"),
    "more cells than the header": lambda row: [*row, "", "left over"],
}


def messy(maker: Maker) -> Iterator[tuple[Row, Row]]:
    """Yield (faulty, corrected) for each kind of fault, each followed by a good row."""
    for number, change in enumerate(FAULTS.values()):
        award = maker.awards[number % len(maker.awards)]
        good = maker.row(1_000 + number, award, number)
        yield change(good), good
        clean = maker.row(2_000 + number, award, number)
        yield clean, clean
