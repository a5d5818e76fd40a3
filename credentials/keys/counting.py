"""How much a key signed. The rooms that hold signed things say at their start how to count theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from credentials.keys.models import SigningKey


@dataclass(frozen=True)
class Signed:
    """What one room holds of a key. url: the list behind the figure, or "".

    late: how many of them were signed since the key is not to be trusted.
    """

    label: Any
    count: int
    url: str = ""
    late: int = 0

    @property
    def early(self) -> int:
        """How many were signed before that moment."""
        return self.count - self.late


_counters: dict[str, Callable[[SigningKey], Signed]] = {}


def tally(found: "QuerySet[Any]", key: SigningKey, moment: str) -> dict[str, int]:
    """Count rows that a key signed, and those of them since it is not to be trusted. moment: when, a field."""
    if key.revoked_at is None:
        return {"count": found.count()}
    late = Q(**{f"{moment}__gte": key.revoked_at})
    return found.aggregate(count=Count("pk"), late=Count("pk", filter=late))


def count_with(room: str, counter: Callable[[SigningKey], Signed]) -> None:
    """Let a room's things appear among what a key signed."""
    _counters[room] = counter


def signed_with(key: SigningKey) -> list[Signed]:
    """Return what a key signed, room by room."""
    return [_counters[room](key) for room in sorted(_counters)]
