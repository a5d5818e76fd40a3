"""What a room wants to find in a file: its fields, and what it asks once where the file is silent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

Kind = Literal["text", "decimal", "date", "email", "url", "choice"]
Words = Any  # a text, or one that is translated when it is shown


@dataclass(frozen=True)
class Choice:
    """One value a column of choices may hold, and how files spell it."""

    value: str
    label: Words
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """One thing that may stand in a column.

    aliases: header words in English and Spanish, any case, accents or not. looks: how much a list of
    cell texts looks like this field, 0 to 100; used where the header tells nothing.
    """

    name: str
    label: Words
    required: bool = False
    aliases: tuple[str, ...] = ()
    kind: Kind = "text"
    help: Words = ""
    choices: tuple[Choice, ...] = ()
    max_length: int = 0
    looks: Callable[[Sequence[str]], float] | None = None


@dataclass(frozen=True)
class Question:
    """Something a file does not say, asked once for the whole file and never assumed.

    unless: the field that answers it, row by row, where a column is mapped to it. only_if: the field
    without whose column nothing needs to be asked.
    """

    name: str
    label: Words
    choices: tuple[tuple[str, Words], ...]
    help: Words = ""
    unless: str = ""
    only_if: str = ""
    required: bool = True


DATE_ORDER = Question(
    name="date_order",
    label=_("In dates such as 03/04/2026, which part comes first?"),
    choices=(("mdy", _("The month: March 4")), ("dmy", _("The day: 3 April"))),
    help=_("Dates written as 2026-04-03 or with the month in words need no answer."),
    required=False,
)
