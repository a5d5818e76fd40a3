"""How much a key signed. The rooms that hold signed things say at their start how to count theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from credentials.keys.models import SigningKey


@dataclass(frozen=True)
class Signed:
    """What one room holds of a key. url: the list behind the figure, or ""."""

    label: Any
    count: int
    url: str = ""


_counters: dict[str, Callable[[SigningKey], Signed]] = {}


def count_with(room: str, counter: Callable[[SigningKey], Signed]) -> None:
    """Let a room's things appear among what a key signed."""
    _counters[room] = counter


def signed_with(key: SigningKey) -> list[Signed]:
    """Return what a key signed, room by room."""
    return [_counters[room](key) for room in sorted(_counters)]
