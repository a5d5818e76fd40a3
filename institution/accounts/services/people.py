"""People who come and people who leave."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from institution.accounts.authz import require
from institution.accounts.errors import WorkNeedsAHeir
from institution.accounts.models import OrgUnit, RoleAssignment, User
from institution.accounts.roles import Role
from institution.accounts.services.roles import assign_role, end_role, name_substitute
from institution.accounts.work import WorkItem, account_is_kept, hand_over_all, holders
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
    elif person.left_at is not None:
        person.left_at, person.is_active = None, True
        person.save(update_fields=["left_at", "is_active"])
        record("person.returned", actor=actor, target=person, at=now, unit=unit)
    return assign_role(person, role, unit, actor=actor, now=now)


def work_held_by(user: User) -> list[tuple[str, list[WorkItem]]]:
    """Return what somebody holds, by kind of work, empty kinds left out."""
    found = [(str(holder.name), holder.items(user)) for holder in holders()]
    return [(name, items) for name, items in found if items]


@transaction.atomic
def person_leaves(
    user: User, *, heir: User | None, unit: OrgUnit, actor: Any, now: datetime, with_roles: bool = False
) -> int:
    """End somebody's roles, hand their work to an heir, close the account; return the items moved.

    unit: where the actor manages people, at or above every role that ends. with_roles: the heir takes the
    roles too. An account that holds a record of the person's own stays open, without a role.
    Repeated, it changes nothing.
    Raises NotAllowed, WorkNeedsAHeir.
    """
    require(actor, "accounts.manage_people", unit, now=now)
    held = list(RoleAssignment.objects.of(user).not_over(now).select_related("unit", "substitute_for"))
    for assignment in held:
        require(actor, "accounts.manage_people", assignment.unit, now=now)
    count = sum(len(items) for _name, items in work_held_by(user))
    if count and heir is None:
        raise WorkNeedsAHeir(count=count)
    moved = hand_over_all(user, heir, actor=actor, now=now) if heir is not None else 0
    for assignment in held:
        end_role(assignment, actor=actor, now=now)
        if heir is not None and with_roles:
            _pass_on(assignment, heir, actor=actor, now=now)
    if user.left_at is None:
        user.left_at, user.is_active = now, account_is_kept(user)
        user.save(update_fields=["left_at", "is_active"])
        record("person.left", actor=actor, target=user, at=now, unit=unit, data={"moved": moved})
    return moved


def _pass_on(assignment: RoleAssignment, heir: User, *, actor: Any, now: datetime) -> None:
    """Let an heir wear a role of somebody who leaves, for as long as it would have lasted."""
    stood_in = assignment.substitute_for
    if stood_in is None:
        starts_at, role = max(now, assignment.starts_at), Role(assignment.role)
        assign_role(heir, role, assignment.unit, actor=actor, now=now, starts_at=starts_at,
                    ends_at=assignment.ends_at)  # fmt: skip
    elif stood_in.user_id != heir.pk and assignment.ends_at is not None:
        name_substitute(stood_in, heir, until=assignment.ends_at, actor=actor, now=now)
