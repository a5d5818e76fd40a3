"""The tree of units."""

from datetime import datetime
from typing import Any

from django.db import transaction

from institution.accounts.authz import require
from institution.accounts.models import OrgUnit
from institution.accounts.models.units import PATH_STEP
from institution.events.services import record


@transaction.atomic
def create_unit(
    name: str, kind: str, *, parent: OrgUnit | None, code: str = "", actor: Any, now: datetime
) -> OrgUnit:
    """Create a unit under a parent; one of that name already there is returned. Raises NotAllowed."""
    require(actor, "accounts.manage_units", parent, now=now)
    there = OrgUnit.objects.filter(parent=parent, name=name).first()
    if there is not None:
        return there
    unit = OrgUnit(name=name, kind=kind, parent=parent, code=code or name[:40])
    unit.path = (parent.path if parent else "") + unit.id.hex[:PATH_STEP] + "/"
    unit.full_clean(exclude=["path"])
    unit.save(force_insert=True)
    record("unit.created", actor=actor, target=unit, at=now, unit=unit)
    return unit
