"""The words of a report: English as it stands in these files, or as whoever runs the checks translates it.

The checks know no framework. The portal installs its translations when it starts; the verifier of the exit
kit installs none. The names are those that the extraction of messages looks for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


def _either(singular: str, plural: str, count: int) -> str:
    return singular if count == 1 else plural


def _english_day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


@dataclass(frozen=True)
class Language:
    """How texts, days and the types of achievements are put into words. A day may be a moment with its zone."""

    gettext: Callable[[str], str] = str
    ngettext: Callable[[str, str, int], str] = _either
    day: Callable[[date], str] = _english_day
    achievement_type: Callable[[str], str] = str


_installed = [Language()]


def install(language: Language) -> Language:
    """Let all reports be worded by this language from now on; return the one before."""
    before, _installed[0] = _installed[0], language
    return before


def gettext(message: str) -> str:
    """Return a message in the reader's language."""
    return _installed[0].gettext(message)


def gettext_noop(message: str) -> str:
    """Return a message as it is; it is translated where it is shown."""
    return message


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the message that fits a count, in the reader's language."""
    return _installed[0].ngettext(singular, plural, count)


def day_words(day: date) -> str:
    """Return a day in the words of the reader's language; of a moment, the day in the institution's zone."""
    return _installed[0].day(day)


def achievement_type_words(name: str) -> str:
    """Return the words for a type of achievement, or its name."""
    return _installed[0].achievement_type(name)
