"""What somebody holds in the rooms above, and how it passes to somebody else.

The ground knows no room: each one registers, when it is ready, how to list and how to hand over.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from institution.accounts.models import User


@dataclass(frozen=True)
class WorkItem:
    """One thing somebody holds: what it is, in words, and where it stands."""

    label: str
    url: str


@dataclass(frozen=True)
class WorkHolder:
    """A room's kind of work. `items(user)` lists it; `hand_over(user, heir, actor=, now=)` moves it all."""

    name: Any
    items: Callable[[User], list[WorkItem]]
    hand_over: Callable[..., int]


_HOLDERS: list[WorkHolder] = []


def holds_work(holder: WorkHolder) -> None:
    """Register a kind of work that passes on when its holder leaves."""
    _HOLDERS.append(holder)


def holders() -> tuple[WorkHolder, ...]:
    """Return every kind of work that rooms have registered."""
    return tuple(_HOLDERS)


def hand_over_all(user: User, heir: User, *, actor: Any, now: datetime) -> int:
    """Move all of somebody's work to an heir; return how many items moved."""
    return sum(holder.hand_over(user, heir, actor=actor, now=now) for holder in _HOLDERS)
