"""What somebody holds in the rooms above, and how it passes to somebody else.

The ground knows no room: each one registers, when it is ready, which of its rows are open work and in
which column their holder stands.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from institution.accounts.models import User
from institution.events.services import record


@dataclass(frozen=True)
class WorkItem:
    """One thing somebody holds: what it is, in words, and where it stands."""

    label: str
    url: str


@dataclass(frozen=True)
class WorkHolder:
    """A room's kind of work: its open rows, the column of their holder, and how a row is shown.

    name: of the kind, on the page. word: of it in the event's name, `<word>.handed_over`.
    """

    name: Any
    word: str
    field: str
    rows: Callable[[], "QuerySet[Any]"]
    shown: Callable[[Any], WorkItem]

    def held_by(self, user: User) -> "QuerySet[Any]":
        """Return the open rows that somebody holds."""
        return self.rows().filter(**{self.field: user})

    def items(self, user: User) -> list[WorkItem]:
        """Return what somebody holds, as lines of a list."""
        return [self.shown(row) for row in self.held_by(user).order_by("pk")]

    def hand_over(self, user: User, heir: User, *, actor: Any, now: datetime) -> int:
        """Give all of it to an heir; finished rows keep the name of who made them."""
        keys = list(self.held_by(user).values_list("pk", flat=True))
        moved = self.rows().model._default_manager.filter(pk__in=keys).update(**{self.field: heir})
        if moved:
            data = {"count": moved, "from": str(user.pk)}
            record(f"{self.word}.handed_over", actor=actor, target=heir, at=now, data=data)
        return moved


_HOLDERS: list[WorkHolder] = []
_OWN: list[Callable[[User], bool]] = []


def holds_work(holder: WorkHolder) -> None:
    """Register a kind of work that passes on when its holder leaves."""
    _HOLDERS.append(holder)


def keeps_account(reason: Callable[[User], bool]) -> None:
    """Register a reason for which an account stays open after its roles end, such as a record of one's own."""
    _OWN.append(reason)


def holders() -> tuple[WorkHolder, ...]:
    """Return every kind of work that rooms have registered."""
    return tuple(_HOLDERS)


def account_is_kept(user: User) -> bool:
    """Return whether the account holds something of the person's own."""
    return any(reason(user) for reason in _OWN)


def hand_over_all(user: User, heir: User, *, actor: Any, now: datetime) -> int:
    """Move all of somebody's work to an heir; return how many items moved."""
    return sum(holder.hand_over(user, heir, actor=actor, now=now) for holder in _HOLDERS)
