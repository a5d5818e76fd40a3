"""Date-times as the specifications demand them: with a time zone, always."""

from __future__ import annotations

import functools
import re
from datetime import datetime

from credentials.canon.errors import VC, ProofError

# XML Schema 1.1 part 2, dateTimeStamp; years beyond 9999 are of no use here.
_STAMP = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)\Z",
    re.ASCII,
)


def parse_stamp(value: object, name: str) -> datetime:
    """Return an aware date-time. Raises ProofError "malformed", which names the member."""
    moment = _moment(value) if isinstance(value, str) and len(value) <= 64 else None
    if moment is None:
        raise _refusal(name)
    return moment


@functools.lru_cache(maxsize=256)
def _moment(text: str) -> datetime | None:
    """Return what a text says, or None. Remembered, because what was signed together says the same."""
    match = _STAMP.match(text)
    if match is None:
        return None
    date, time, fraction, zone = match.groups()
    try:
        return datetime.fromisoformat(
            f"{date}T{time}{(fraction or '.0')[:7]:0<7}{zone.replace('Z', '+00:00')}"
        )
    except ValueError:
        return None


def _refusal(name: str) -> ProofError:
    return ProofError(
        "malformed", f"{name} is not a date-time with a time zone.", VC + "MALFORMED_VALUE_ERROR"
    )
