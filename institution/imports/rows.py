"""One row as the engine hands it to a room, and what the room answers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext as _

from institution.imports import cells
from institution.imports.fields import Field
from institution.imports.states import RowOutcome


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell: where, what stands there, why not, and what to do."""

    column: str
    value: str
    message: str
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the fault as it is kept in a staged row."""
        return asdict(self)


@dataclass(frozen=True)
class Change:
    """A field whose value in the file differs from ours."""

    field: str
    label: str
    old: str
    new: str


@dataclass
class Decision:
    """What a row would do. key: what makes it the same row next time. question: code of a group."""

    outcome: RowOutcome
    key: str = ""
    changes: Sequence[Change] = ()
    question: str = ""
    faults: Sequence[Fault] = ()
    values: dict[str, str] | None = None  # replaces what was read, where the room has completed it


Decide = Callable[[int, dict[str, str], list[Fault]], Decision]


@dataclass
class Reader:
    """Turns the cells of a line into {field: text} and faults, by a confirmed mapping."""

    fields: Sequence[Field]
    mapping: Mapping[str, int]
    columns: Sequence[str]
    answers: Mapping[str, str]
    _plan: list[tuple[Field, int, str]] = field(init=False)

    def __post_init__(self) -> None:
        self._plan = [
            (one, self.mapping[one.name], self.name_of(self.mapping[one.name]))
            for one in self.fields
            if self.mapping.get(one.name) is not None
        ]

    def name_of(self, index: int) -> str:
        """Return the header of a column, or its number where the file has no header."""
        name = self.columns[index] if index < len(self.columns) else ""
        return name or _("column %(number)s") % {"number": index + 1}

    def read(self, row: list[str]) -> tuple[dict[str, str], list[Fault]]:
        """Return the texts by field, dates as ISO and numbers plain, with every fault of the line."""
        values: dict[str, str] = {}
        faults: list[Fault] = []
        self._check_width(row, faults)
        for one, index, column in self._plan:
            text = row[index] if index < len(row) else ""
            text = cells.unwrap(cells.clean(text)) if text else ""
            if text:
                found = _checked(one, text, column, self.answers, faults)
                text = text if found is None else found
            elif one.required:
                faults.append(
                    Fault(column, "", _("This cell is empty."), _("Fill it in; every row needs it."))
                )
            values[one.name] = text
        return values, faults

    def _check_width(self, row: list[str], faults: list[Fault]) -> None:
        extra = [cells.clean(text) for text in row[len(self.columns) :] if text.strip()]
        if extra:
            faults.append(
                Fault(
                    _("after the last column"),
                    " | ".join(extra)[:200],
                    _("This line has more cells than the header."),
                    _("Put quotes around a text that holds the separator, or remove what is too much."),
                )
            )


def _checked(
    one: Field, text: str, column: str, answers: Mapping[str, str], faults: list[Fault]
) -> str | None:
    """Return the canonical text of a filled cell; None, and a fault, if it cannot be what it should."""
    before = len(faults)
    shown = text[:200]
    if text in cells.ERRORS:
        why = _("The spreadsheet shows an error here.")
        faults.append(Fault(column, shown, why, _("Correct the formula, or type the value.")))
    elif cells.is_formula(text):
        why = _("This is a formula, not a value.")
        faults.append(Fault(column, shown, why, _("Copy the column and paste it as values.")))
    elif one.max_length and len(text) > one.max_length:
        why = _("This text is longer than %(max)s characters.") % {"max": one.max_length}
        faults.append(Fault(column, shown, why, _("Shorten it.")))
    if len(faults) > before:
        return None
    return CHECKS[one.kind](one, text, column, answers, faults)


def _text(one: Field, text: str, column: str, answers: Mapping[str, str], faults: list[Fault]) -> str | None:
    return text


def _decimal(
    one: Field, text: str, column: str, answers: Mapping[str, str], faults: list[Fault]
) -> str | None:
    number = cells.decimal_of(text)
    if number is None:
        faults.append(
            Fault(column, text[:200], _("This is not a number."), _("Write one number, such as 4 or 2.5."))
        )
        return None
    return format(number.normalize(), "f") if number else "0"


def _date(one: Field, text: str, column: str, answers: Mapping[str, str], faults: list[Fault]) -> str | None:
    try:
        day = cells.date_of(text, answers.get("date_order", ""))
    except cells.AmbiguousDate:
        why = _("This may mean two different days.")
        remedy = _("Say on the columns page whether the day or the month comes first.")
        faults.append(Fault(column, text[:200], why, remedy))
        return None
    if day is None:
        faults.append(
            Fault(column, text[:200], _("This is not a date."), _("Write it as year-month-day: 2026-05-14."))
        )
        return None
    return day.isoformat()


def _email(one: Field, text: str, column: str, answers: Mapping[str, str], faults: list[Fault]) -> str | None:
    address = text.removeprefix("mailto:").strip("<> ")
    if not cells.is_email(address):
        why = _("This is not a mail address.")
        faults.append(Fault(column, text[:200], why, _("Write one address, such as name@college.edu.")))
        return None
    return address.lower()


def _url(one: Field, text: str, column: str, answers: Mapping[str, str], faults: list[Fault]) -> str | None:
    if not cells.is_url(text):
        why = _("This is not a web address.")
        faults.append(Fault(column, text[:200], why, _("Write the whole address, from https:// on.")))
        return None
    return text


def _choice(
    one: Field, text: str, column: str, answers: Mapping[str, str], faults: list[Fault]
) -> str | None:
    said = cells.plain(text)
    for choice in one.choices:
        spellings = (choice.value, str(choice.label), *choice.aliases)
        if said in {cells.plain(spelling) for spelling in spellings}:
            return choice.value
    known = ", ".join(str(choice.label) for choice in one.choices)
    remedy = _("Write one of these: %(known)s.") % {"known": known}
    faults.append(Fault(column, text[:200], _("We do not know this word here."), remedy))
    return None


CHECKS = {
    "text": _text,
    "decimal": _decimal,
    "date": _date,
    "email": _email,
    "url": _url,
    "choice": _choice,
}

Rows = Iterator[tuple[int, dict[str, str], list[Fault]]]
