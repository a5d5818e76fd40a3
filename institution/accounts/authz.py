"""May this actor do this, there, now? The one question every service asks before it writes."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from institution.accounts.models import OrgUnit, RoleAssignment, User
from institution.accounts.roles import Role, roles_with
from institution.errors import NotAllowed


def unit_path_of(target: Any) -> str:
    """Return the path of the unit that a target belongs to: a unit, or anything with `org_unit`."""
    if isinstance(target, OrgUnit):
        return target.path
    if target is None:
        return ""
    unit = target.org_unit
    return unit.path if unit else ""


def allowed(actor: Any, permission: str, target: Any, *, now: datetime) -> bool:
    """Return whether one of the actor's roles in force grants the permission at the target's unit.

    target: an OrgUnit, an object with `org_unit`, or None for a right that needs no unit.
    """
    if actor is None or not getattr(actor, "pk", None):
        return False
    if actor.kind == User.Kind.SYSTEM:
        return True
    held = RoleAssignment.objects.of(actor).in_force(now).granting(permission)
    return held.covering(unit_path_of(target)).exists() if target is not None else held.exists()


def require(actor: Any, permission: str, target: Any, *, now: datetime) -> None:
    """Return only if the actor may do this at the target's unit. Raises NotAllowed."""
    if not allowed(actor, permission, target, now=now):
        raise NotAllowed(permission=permission)


def where_allowed(actor: Any, permission: str, path_field: str, *, now: datetime) -> Q:
    """Return the condition that a row's unit path (`org_unit__path`) lies where the actor may do this."""
    if actor is not None and getattr(actor, "kind", "") == User.Kind.SYSTEM:
        return Q()
    held = RoleAssignment.objects.of(actor).in_force(now).granting(permission).covering(OuterRef(path_field))
    return Q(Exists(held))


def people_with(permission: str, unit: OrgUnit, *, now: datetime) -> list[User]:
    """Return the people whose role in force grants a permission at a unit, nearest unit first."""
    rows = (
        RoleAssignment.objects.in_force(now)
        .granting(permission)
        .filter(unit__path__in=unit.ancestor_paths(), user__kind=User.Kind.PERSON)
        .select_related("user", "unit")
    )
    ordered = sorted(rows, key=lambda row: (-len(row.unit.path), row.user.email))
    return list({row.user_id: row.user for row in ordered}.values())


def roles_in_force(actor: Any, *, now: datetime) -> set[Role]:
    """Return the roles an actor wears now, anywhere."""
    held = RoleAssignment.objects.of(actor).in_force(now).values_list("role", flat=True)
    return {Role(value) for value in held}


__all__ = [
    "allowed",
    "people_with",
    "require",
    "roles_in_force",
    "roles_with",
    "unit_path_of",
    "where_allowed",
]
