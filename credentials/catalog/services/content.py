"""What may be written into a version: each field checked and cleaned, with a sentence for each fault.

A content is a dict of OfferingVersion and AchievementVersion field names; a name that is missing stays
as it was. `skills` and `leads_to` are ids, `image` is the bytes of a PNG or None to take it away.
"""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.catalog import pictures
from credentials.catalog.states import AchievementType, Basis, CreditUnit, Kind, Modality
from credentials.documents.text import clean_text
from credentials.documents.vocabulary import LANGUAGE_TAG, RESULT_TYPES
from institution.errors import InvalidInput

Content = dict[str, Any]
CIP = re.compile(r"\d{2}(\.\d{2}(\d{2})?)?\Z")
DURATION = re.compile(r"P(?!\Z)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?)?\Z")
KEY = re.compile(r"[a-z0-9-]{1,40}\Z")
MAX_LEVELS = MAX_RESULTS = 20
LONG = 20_000


def _text(limit: int, *, needed: bool = False) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        found = clean_text(str(value or "").strip())
        if found.refused:
            raise ValueError(_("This text holds a hidden control character. Type it again."))
        if needed and not found.text:
            raise ValueError(_("This cannot be empty."))
        if len(found.text) > limit:
            raise ValueError(_("At most %(limit)s characters.") % {"limit": limit})
        return found.text

    return check


def _choice(choices: Any, *, needed: bool = False) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if value in (None, "") and not needed:
            return ""
        if value not in choices.values:
            raise ValueError(_("Choose one of the list."))
        return str(value)

    return check


def _shaped(pattern: re.Pattern[str], sentence: Promise) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        text = str(value or "").strip()
        if text and not pattern.match(text):
            raise ValueError(str(sentence))
        return text

    return check


def _amount(limit: int) -> Callable[[Any], Decimal | None]:
    def check(value: Any) -> Decimal | None:
        if value in (None, ""):
            return None
        try:
            amount = Decimal(str(value)).quantize(Decimal("0.01"))
        except InvalidOperation as error:
            raise ValueError(_("This is not a number.")) from error
        if not 0 <= amount < limit:
            raise ValueError(_("The number must be 0 or more, and below %(limit)s.") % {"limit": limit})
        return amount

    return check


def _tags(value: Iterable[str] | None) -> list[str]:
    words = [_text(60)(word) for word in value or ()]
    return list(dict.fromkeys(word for word in words if word))[:30]


def _image(value: bytes | None) -> bytes | None:
    return pictures.clean_png(bytes(value)) if value else None


def _key(given: Any, prefix: str, taken: set[str]) -> str:
    """Return the id a row had, else the next free one: ids stay the same from version to version."""
    key = str(given or "")
    if not KEY.match(key) or key in taken:
        key = next(f"{prefix}-{n}" for n in range(1, 999) if f"{prefix}-{n}" not in taken)
    taken.add(key)
    return key


def _level(row: dict[str, Any], taken: set[str]) -> dict[str, str]:
    words = {name: _text(2000)(row.get(name)) for name in ("description", "level", "points")}
    return {
        "id": _key(row.get("id"), "level", taken),
        "name": _text(200, needed=True)(row.get("name")),
        **words,
    }


def _result(row: dict[str, Any], taken: set[str]) -> dict[str, Any]:
    if row.get("result_type") not in RESULT_TYPES:
        raise ValueError(_("Say for each result what kind it is."))
    levels_taken: set[str] = {str(level.get("id")) for level in row.get("levels") or () if level.get("id")}
    seen: set[str] = set()
    levels = []
    for level in (row.get("levels") or ())[:MAX_LEVELS]:
        own = level.get("id") if level.get("id") not in seen else None
        levels.append(_level(level | {"id": own}, (levels_taken - {own}) | seen))
        seen.add(levels[-1]["id"])
    required = str(row.get("required_level") or "")
    if required and required not in seen:
        raise ValueError(_("The level to pass is not one of the levels."))
    return {
        "id": _key(row.get("id"), "result", taken),
        "name": _text(200, needed=True)(row.get("name")),
        "result_type": row["result_type"],
        "value_min": _text(40)(row.get("value_min")),
        "value_max": _text(40)(row.get("value_max")),
        "required_level": required,
        "levels": levels,
    }


def _results(value: Iterable[dict[str, Any]] | None) -> list[dict[str, Any]]:
    taken: set[str] = set()
    return [_result(row, taken) for row in list(value or ())[:MAX_RESULTS]]


VERSION_FIELDS: dict[str, Callable[[Any], Any]] = {
    "title": _text(300, needed=True),
    "description": _text(LONG),
    "kind": _choice(Kind, needed=True),
    "credits": _amount(10_000),
    "credit_unit": _choice(CreditUnit),
    "level": _text(60),
    "cip_code": _shaped(CIP, gettext_lazy("Write the code as 51.3801.")),
    "modality": _choice(Modality),
    "language": _shaped(LANGUAGE_TAG, gettext_lazy("Write the language as en or es.")),
    "duration": _shaped(
        DURATION, gettext_lazy("Write the duration as P10W for ten weeks, or PT40H for 40 hours.")
    ),
    "cost": _amount(10_000_000),
    "prerequisites": _text(LONG),
}
ACHIEVEMENT_FIELDS: dict[str, Callable[[Any], Any]] = {
    "achievement_type": _choice(AchievementType),
    "criteria": _text(LONG),
    "basis": _choice(Basis),
    "assessed_by_role": _text(120),
    "result_descriptions": _results,
    "tags": _tags,
    "image": _image,
    "image_caption": _text(200),
}
# Of an achievement beside the offering's own: what the own one takes from the offering.
PART_FIELDS: dict[str, Callable[[Any], Any]] = {
    "name": _text(300, needed=True),
    "description": _text(LONG),
    "code": _text(60, needed=True),
}
LINKS = ("skills", "leads_to")
# What must stand before a dean is asked (Open Badges 3.0: name, description and criteria are required).
NEEDED = ("title", "description", "kind", "achievement_type", "criteria", "basis")
PART_NEEDED = ("name", "description", "achievement_type", "criteria", "basis")


def checked(content: Content) -> Content:
    """Return the content cleaned. Raises InvalidInput with a sentence for every field at fault."""
    clean, faults = _cleaned(content, VERSION_FIELDS | ACHIEVEMENT_FIELDS, LINKS)
    if clean.get("credits") is not None and content.get("credit_unit") == "":
        faults["credit_unit"] = _("Say what the credits are counted in.")
    if faults:
        raise InvalidInput(faults)
    return clean


def checked_part(content: Content) -> Content:
    """Return the content of a further achievement cleaned. Raises InvalidInput."""
    clean, faults = _cleaned(content, PART_FIELDS | ACHIEVEMENT_FIELDS, ("skills",))
    if faults:
        raise InvalidInput(faults)
    return clean


def _cleaned(
    content: Content, checks: dict[str, Callable[[Any], Any]], links: tuple[str, ...]
) -> tuple[Content, dict[str, str]]:
    clean: Content = {}
    faults: dict[str, str] = {}
    for name, value in content.items():
        try:
            if name in checks:
                clean[name] = checks[name](value)
            elif name in links:
                clean[name] = list(dict.fromkeys(str(pk) for pk in value or ()))
            else:
                faults[name] = _("There is no such field.")
        except InvalidInput as error:
            faults |= error.faults
        except ValueError as error:
            faults[name] = str(error)
    return clean, faults
