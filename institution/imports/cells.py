"""What a single cell says: cleaned text, and numbers, dates and addresses read from it."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

EXCEL_EPOCH = date(1899, 12, 30)  # day 0 of the 1900 date system, its leap-year error included
SERIALS = range(10_000, 80_000)  # 1927 to 2119: what a bare number in a date column may mean
ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#GETTING_DATA"})
KEPT = frozenset("\n\t\u200c\u200d")  # Persian, Malayalam and other names need the joiners
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")

_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_TEXT_FORMULA = re.compile(r'^="([^"]*)"$')
_FORMULA = re.compile(r"^=[A-Za-z+\-(@$\d]")
_EMAIL = re.compile(r"^[^@\s<>\"',;()]+@[^@\s<>\"',;()]+\.[^@\s<>\"',;().]{2,}$")
_URL = re.compile(r"^https?://[^\s/]+\.?[^\s]*$", re.IGNORECASE)
_NUMBER = re.compile(r"^[+-]?\d{1,3}([.,' ]\d{3})+([.,]\d+)?$|^[+-]?\d+([.,]\d+)?$")
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$")
_PARTS = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?: .*)?$")
_WORDS = re.compile(
    r"^(?:(\d{1,2})\.?\s+(?:de\s+)?([a-z]+)|([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?),?\s*(?:de\s+)?(\d{4})$"
)
_MONTHS = (
    "jan ene", "feb", "mar", "apr abr", "may", "jun", "jul", "aug ago", "sep set", "oct", "nov", "dec dic"
)  # fmt: skip
MONTHS = {start: number for number, starts in enumerate(_MONTHS, 1) for start in starts.split()}


class AmbiguousDate(ValueError):
    """A date such as 03/04/2026 whose order nobody has told."""


def clean(text: str) -> str:
    """Return text in NFC without control characters, its white space made single, lines kept."""
    if text.isascii() and text.isprintable():  # nearly every cell: one line of plain letters
        return " ".join(text.split())
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(c for c in text if c in KEPT or unicodedata.category(c) not in {"Cc", "Cf"})
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def plain(text: str) -> str:
    """Return a text for comparing words: lower case, no accents, no punctuation, one space."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c if c.isalnum() else " " for c in bare if not unicodedata.combining(c))
    return " ".join(bare.split())


def unwrap(text: str) -> str:
    """Return what `="020"` means, the way spreadsheets protect a leading zero; other text as it is."""
    found = _TEXT_FORMULA.match(text)
    return found.group(1) if found else text


def is_formula(text: str) -> bool:
    """Return whether a text is a formula that was never computed."""
    return bool(_FORMULA.match(text))


def is_email(text: str) -> bool:
    """Return whether a text has the shape of one mail address."""
    return len(text) <= 254 and bool(_EMAIL.match(text))


def is_url(text: str) -> bool:
    """Return whether a text is an http or https address."""
    return len(text) <= 2000 and bool(_URL.match(text))


def escaped(text: str) -> str:
    """Return a cell that no spreadsheet program will run as a formula (CSV injection)."""
    return "'" + text if text.startswith(DANGEROUS) else text


def from_workbook(value: Any, number_format: str = "") -> str:
    """Return the text a person sees in a workbook's cell: dates as ISO, numbers without a tail of zeros.

    A number shown with leading zeros (format `000`) keeps them: course codes depend on it.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, float):
        value = int(value) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    text = str(value)
    if number_format and set(number_format) == {"0"} and text.isdigit():
        text = text.zfill(len(number_format))
    return text


def decimal_of(text: str) -> Decimal | None:
    """Return the number a cell states, with a point or a comma before the decimals; None if it is none."""
    if not _NUMBER.match(text):
        return None
    text = text.replace("'", "").replace(" ", "")
    last = max(text.rfind("."), text.rfind(","))
    if last >= 0:
        mark = text[last]
        other = "," if mark == "." else "."
        groups = text.count(mark) > 1 or (mark == "," and other not in text and len(text) - last == 4)
        text = text.replace(other, "")
        text = text.replace(mark, "") if groups else text.replace(mark, ".")
    try:
        return Decimal(text)
    except InvalidOperation:  # pragma: no cover  (the pattern admits numbers only)
        return None


def date_of(text: str, order: str = "") -> date | None:
    """Return the date a cell states; None if it is none.

    Reads ISO dates, dates with a month in words (English, Spanish), serial numbers of spreadsheets,
    and day/month/year in either order. order: "mdy" or "dmy". Raises AmbiguousDate where the order
    decides and is not told.
    """
    text = text.strip()
    if found := _ISO.match(text):
        return _date(*map(int, found.groups()))
    if found := _PARTS.match(text):
        return _ordered(int(found[1]), int(found[2]), _century(found[3]), order)
    number = decimal_of(text)
    if number is not None and int(number) in SERIALS:
        return EXCEL_EPOCH + timedelta(days=int(number))
    if found := _WORDS.match(plain_keep_comma(text)):
        month = MONTHS.get((found[2] or found[3])[:3])
        return _date(int(found[5]), month, int(found[1] or found[4])) if month else None
    return None


def plain_keep_comma(text: str) -> str:
    """Return a text in lower case without accents, its commas kept."""
    return ",".join(plain(part) for part in text.split(","))


def _ordered(first: int, second: int, year: int, order: str) -> date | None:
    if first > 12 or (order == "dmy" and second <= 12):
        return _date(year, second, first)
    if second > 12 or order == "mdy" or first == second:
        return _date(year, first, second)
    raise AmbiguousDate


def _century(digits: str) -> int:
    year = int(digits)
    return year if year >= 100 else year + (2000 if year < 70 else 1900)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
