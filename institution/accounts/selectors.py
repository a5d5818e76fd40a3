"""Reads for the pages of people and roles."""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Prefetch, Q, QuerySet

from institution.accounts.authz import where_allowed
from institution.accounts.factor import NEEDS_FACTOR, SECOND_FACTORS
from institution.accounts.models import OrgUnit, RoleAssignment, User


def units_where(actor: Any, permission: str, *, now: datetime) -> "QuerySet[OrgUnit]":
    """Return the open units at which an actor holds a permission, as the tree reads."""
    return OrgUnit.objects.open().filter(where_allowed(actor, permission, "path", now=now)).order_by("path")


def people_seen_by(
    actor: Any, *, now: datetime, words: str = "", role: str = "", bare: bool = False
) -> "QuerySet[User]":
    """Return the people who wear a role where the actor may see people, their roles in force joined.

    bare: only those who need a second factor for a role in force and have none.
    """
    held = RoleAssignment.objects.in_force(now).select_related("unit").order_by("starts_at", "id")
    where = where_allowed(actor, "accounts.view_people", "unit__path", now=now)
    seen = RoleAssignment.objects.filter(where, user__kind=User.Kind.PERSON)
    if role:
        seen = seen.in_force(now).filter(role=role)
    if bare:
        safe = Authenticator.objects.filter(type__in=SECOND_FACTORS)
        seen = seen.in_force(now).filter(role__in=NEEDS_FACTOR).exclude(user__in=safe.values("user_id"))
    people = User.objects.filter(pk__in=seen.values("user_id"))
    if words:
        people = people.filter(Q(name__icontains=words) | Q(email__icontains=words))
    return people.prefetch_related(Prefetch("assignments", queryset=held, to_attr="held")).order_by(
        "name", "id"
    )


def colleagues_of(assignment: RoleAssignment, *, now: datetime) -> "QuerySet[User]":
    """Return the staff around a unit, at it, above it or below it, who could stand in there."""
    near = RoleAssignment.objects.in_force(now).filter(
        Q(unit__path__startswith=assignment.unit.path) | Q(unit__path__in=assignment.unit.ancestor_paths())
    )
    return (
        User.objects.filter(pk__in=near.values("user_id"), kind=User.Kind.PERSON, is_active=True)
        .exclude(pk=assignment.user_id)
        .order_by("name", "id")
    )
