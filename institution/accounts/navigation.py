"""Which rooms stand in the left column of a person's pages. Rooms say so themselves, as with grants."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from institution.accounts.models import RoleAssignment
from institution.accounts.roles import Role

WORN_KEY = "worn_assignment"  # the session's word for the role a person has chosen to wear


@dataclass(frozen=True)
class Room:
    """A page of the left column: whom it is for, and where it stands."""

    url_name: str
    label: Any
    roles: frozenset[str]
    order: int
    also: str = ""  # how addresses end that belong here and lie below another room


@dataclass
class Nav:
    items: list[dict[str, Any]] = field(default_factory=list)
    worn: RoleAssignment | None = None
    assignments: list[RoleAssignment] = field(default_factory=list)


_ROOMS: list[Room] = []


def show_room(url_name: str, label: Any, *roles: Role, order: int, also: str = "") -> None:
    """Put a room into the left column of everyone who wears one of these roles."""
    _ROOMS.append(Room(url_name, label, frozenset(role.value for role in roles), order, also))


def worn_assignment(request: HttpRequest) -> tuple[RoleAssignment | None, list[RoleAssignment]]:
    """Return the assignment a person wears in this session, and all that are in force."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return None, []
    if not hasattr(request, "_assignments"):
        held = RoleAssignment.objects.of(request.user).in_force(timezone.now())
        request._assignments = list(held.select_related("unit").order_by("starts_at", "id"))  # type: ignore[attr-defined]
    assignments: list[RoleAssignment] = request._assignments  # type: ignore[attr-defined]
    chosen = request.session.get(WORN_KEY)
    worn = next((a for a in assignments if str(a.pk) == chosen), assignments[0] if assignments else None)
    return worn, assignments


def nav_for(request: HttpRequest) -> Nav:
    """Return the left column for the person of this request, at most seven rooms."""
    worn, assignments = worn_assignment(request)
    if worn is None or getattr(request, "owes_factor", False):
        return Nav(assignments=assignments)
    items: list[dict[str, Any]] = []
    for room in sorted(_ROOMS, key=lambda room: room.order):
        if worn.role not in room.roles:
            continue
        try:
            item = {"url": reverse(room.url_name), "label": room.label, "current": False}
            items.append(item | {"also": room.also})
        except NoReverseMatch:
            continue
    here = [item for item in items if item["also"] and request.path.endswith(item["also"])]
    here = here or [item for item in items if request.path.startswith(item["url"])]
    if here:
        max(here, key=lambda item: len(item["url"]))["current"] = True
    return Nav(items=items[:8], worn=worn, assignments=assignments)
