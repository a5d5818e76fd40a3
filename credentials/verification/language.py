"""How this portal words a report: in the active language, with days in the institution's zone."""

from datetime import date, datetime

from django.utils import formats, translation
from django.utils.timezone import localtime

from credentials.catalog.states import AchievementType
from credentials.reading.words import Language

_TYPES = dict(AchievementType.choices)


def day(moment: date) -> str:
    """Return a day in the active language."""
    if isinstance(moment, datetime):
        try:
            return formats.date_format(localtime(moment), "DATE_FORMAT")
        except (OverflowError, ValueError):
            pass
    return formats.date_format(moment, "DATE_FORMAT")


def achievement_type(name: str) -> str:
    """Return the words for a type of achievement that the standard names, else the name."""
    return str(_TYPES.get(name, name))


PORTAL = Language(translation.gettext, translation.ngettext, day, achievement_type)
