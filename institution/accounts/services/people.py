"""People who come and people who leave."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from institution.accounts.authz import require
from institution.accounts.errors import WorkNeedsAHeir
from institution.accounts.models import OrgUnit, RoleAssignment, User
from institution.accounts.roles import Role
from institution.accounts.services.roles import assign_role, end_role
from institution.accounts.work import WorkItem, hand_over_all, holders
from institution.events.services import record


@transaction.atomic
def invite_person(
    email: str, *, name: str, role: Role, unit: OrgUnit, actor: Any, now: datetime
) -> RoleAssignment:
    """Give somebody an account, if the address has none, and a role at a unit. Raises NotAllowed.

    They sign in with a code sent to the address, and choose a password or passkey then.
    """
    require(actor, "accounts.manage_people", unit, now=now)
    person = User.objects.filter(email=email.strip().lower()).first()
    if person is None:
        person = User.objects.create_user(email.strip(), None, name=name.strip())
        EmailAddress.objects.create(user=person, email=person.email, primary=True)  # the code proves it
        record("person.invited", actor=actor, target=person, at=now, unit=unit)
    return assign_role(person, role, unit, actor=actor, now=now)


def work_held_by(user: User) -> list[tuple[str, list[WorkItem]]]:
    """Return what somebody holds, by kind of work, empty kinds left out."""
    found = [(str(holder.name), holder.items(user)) for holder in holders()]
    return [(name, items) for name, items in found if items]


@transaction.atomic
def person_leaves(user: User, *, heir: User | None, unit: OrgUnit, actor: Any, now: datetime) -> int:
    """End somebody's roles, hand their work to an heir, close the account; return the items moved.

    unit: where the actor manages people, at or above every role that ends. Repeated, it changes nothing.
    Raises NotAllowed, WorkNeedsAHeir.
    """
    require(actor, "accounts.manage_people", unit, now=now)
    held = list(RoleAssignment.objects.of(user).in_force(now).select_related("unit"))
    for assignment in held:
        require(actor, "accounts.manage_people", assignment.unit, now=now)
    count = sum(len(items) for _name, items in work_held_by(user))
    if count and heir is None:
        raise WorkNeedsAHeir(count=count)
    moved = hand_over_all(user, heir, actor=actor, now=now) if heir is not None else 0
    for assignment in held:
        end_role(assignment, actor=actor, now=now)
    if user.left_at is None:
        user.left_at, user.is_active = now, False
        user.save(update_fields=["left_at", "is_active"])
        record("person.left", actor=actor, target=user, at=now, unit=unit, data={"moved": moved})
    return moved
