"""Four eyes: who submitted a version does not approve it, unless the institution's policy lets them."""

from datetime import datetime
from typing import Any

from credentials.catalog.errors import OwnSubmission
from credentials.catalog.models import OfferingVersion
from institution.accounts.authz import people_with
from institution.accounts.models import RoleAssignment, User
from institution.accounts.services import institution_now

APPROVE = "catalog.approve_offering"


def own_submission(version: OfferingVersion, actor: Any, *, now: datetime) -> bool:
    """Return whether this is the actor's own: they submitted it, or only stand in for who did."""
    if version.submitted_by_id is None:
        return False
    if version.submitted_by_id == actor.pk:
        return True
    held = RoleAssignment.objects.of(actor).in_force(now).granting(APPROVE).covering(version.org_unit.path)
    for_whom = set(held.values_list("substitute_for__user_id", flat=True))
    return for_whom == {version.submitted_by_id}


def second_people(version: OfferingVersion, *, now: datetime) -> list[User]:
    """Return who can approve a version that somebody of the deans submitted, nearest unit first."""
    deans = people_with(APPROVE, version.org_unit, now=now)
    return [dean for dean in deans if not own_submission(version, dean, now=now)]


def require_second_person(version: OfferingVersion, actor: Any, *, now: datetime) -> bool:
    """Return whether policy had to let the actor approve their own. Raises OwnSubmission if it does not."""
    if not own_submission(version, actor, now=now):
        return False
    if not institution_now().own_approval:
        raise OwnSubmission()
    return True
