"""Write the dates of a document; read those of others."""

import re
from datetime import UTC, date, datetime, time, tzinfo

from credentials.documents.errors import DocumentError

# XML Schema 1.1, dateTimeStamp: the zone is required.
_STAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])\Z"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def instant_text(moment: datetime) -> str:
    """Return the moment as whole-second UTC ("…Z"), as validFrom is written (decisions.md 16)."""
    if moment.tzinfo is None:
        raise DocumentError("time-without-zone", "a moment needs a zone")
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def noon_text(day: date, zone: tzinfo) -> str:
    """Return the day as noon at the institution's offset, as awardedDate is written (decisions.md 16)."""
    text = datetime.combine(day, time(12), tzinfo=zone).isoformat()
    if len(text) != 25:
        raise DocumentError("zone-offset-with-seconds", "the zone has no whole-minute offset on that day")
    return text


def read_stamp(value: object) -> datetime | None:
    """Return the aware moment of a dateTimeStamp, or None if it is not one."""
    if type(value) is not str or _STAMP.match(value) is None:
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def read_date(value: object) -> date | None:
    """Return the day of an xsd:date without zone, or None if it is not one."""
    if type(value) is not str or _DATE.match(value) is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
