"""Who wears which role, and who stands in."""

from datetime import datetime
from typing import Any

from django.db import transaction

from institution.accounts.authz import allowed, require
from institution.accounts.errors import SubstituteIsOneself, SubstitutionHasNoEnd
from institution.accounts.models import OrgUnit, RoleAssignment, User
from institution.accounts.roles import Role
from institution.errors import NotAllowed
from institution.events.services import record


@transaction.atomic
def assign_role(
    user: User,
    role: Role,
    unit: OrgUnit,
    *,
    actor: Any,
    now: datetime,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> RoleAssignment:
    """Let somebody wear a role at a unit; an open assignment of the same kind is returned.

    Raises NotAllowed.
    """
    require(actor, "accounts.manage_people", unit, now=now)
    there = RoleAssignment.objects.filter(user=user, role=role, unit=unit, ends_at__isnull=True).first()
    if there is not None and ends_at is None:
        return there
    assignment = RoleAssignment.objects.create(
        user=user, role=role, unit=unit, starts_at=starts_at or now, ends_at=ends_at, granted_by=actor
    )
    record("role.assigned", actor=actor, target=assignment, at=now, unit=unit, data={"role": role})
    return assignment


@transaction.atomic
def end_role(assignment: RoleAssignment, *, actor: Any, now: datetime) -> RoleAssignment:
    """End an assignment now, with those who stand in for it; an ended one stays as it is.

    Its holder may end a substitution early. Raises NotAllowed.
    """
    own = assignment.substitute_for is not None and assignment.substitute_for.user_id == actor.pk
    if not own:
        require(actor, "accounts.manage_people", assignment.unit, now=now)
    locked = RoleAssignment.objects.select_for_update().get(pk=assignment.pk)
    if locked.ends_at is not None and locked.ends_at <= now:
        return locked
    locked.ends_at = max(now, locked.starts_at)
    locked.save(update_fields=["ends_at"])
    for stand_in in locked.substitutes.filter(ends_at__gt=now):
        stand_in.ends_at = max(now, stand_in.starts_at)
        stand_in.save(update_fields=["ends_at"])
    record("role.ended", actor=actor, target=locked, at=now, unit=locked.unit, data={"role": locked.role})
    return locked


@transaction.atomic
def name_substitute(
    assignment: RoleAssignment, substitute: User, *, until: datetime, actor: Any, now: datetime
) -> RoleAssignment:
    """Let somebody wear this role in its holder's place until a moment; naming twice moves the end.

    The holder may do it, and whoever manages people at the unit.
    Raises NotAllowed, SubstituteIsOneself, SubstitutionHasNoEnd.
    """
    holder = assignment.user_id == getattr(actor, "pk", None)
    if not holder and not allowed(actor, "accounts.manage_people", assignment.unit, now=now):
        raise NotAllowed(permission="accounts.manage_people")
    if substitute.pk == assignment.user_id:
        raise SubstituteIsOneself()
    if until <= now:
        raise SubstitutionHasNoEnd()
    standing = assignment.substitutes.filter(user=substitute, ends_at__gt=now).first()
    if standing is None:
        standing = RoleAssignment(
            user=substitute,
            role=assignment.role,
            unit=assignment.unit,
            starts_at=now,
            granted_by=actor,
            substitute_for=assignment,
        )
    standing.ends_at = until
    standing.save()
    record("role.substituted", actor=actor, target=standing, at=now, unit=standing.unit)
    return standing
