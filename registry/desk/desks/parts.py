"""What every desk is made of."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Card:
    """One thing that waits: where it opens, how old it is, what is to be done."""

    title: str
    url: str
    meta: str = ""
    note: str = ""
    line: str = ""
    action: str = ""
    state: str = ""
    state_label: str = ""
    kind: str = ""
    tag: str = ""


@dataclass(frozen=True)
class Figure:
    """A number with the list behind it; the list has as many rows as the number says."""

    number: int
    label: str
    url: str
    unit: str = ""


@dataclass(frozen=True)
class Begin:
    """What a role begins most often, one press from its home."""

    label: str
    url: str


@dataclass
class Desk:
    """A role's home: the answer first, then what waits, then figures, then what happened."""

    sentence: str
    title: str
    cards: list[Card] = field(default_factory=list)
    cards_title: str = ""
    more_url: str = ""
    figures: list[Figure] = field(default_factory=list)
    figures_title: str = ""
    steps: list[dict[str, Any]] = field(default_factory=list)  # of a launch list or a safety list
    steps_title: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)
    empty: str = ""
    begin: Begin | None = None


def days_since(moment: datetime | None, now: datetime) -> int:
    """Return whole days from a moment until now; 0 when there is none."""
    return max(0, (now - moment).days) if moment is not None else 0
