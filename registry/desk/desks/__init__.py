"""The home page of each role: one sentence, what waits, a few figures that open their lists."""

from datetime import datetime
from typing import Any

from institution.accounts.models import RoleAssignment
from institution.accounts.roles import Role
from registry.desk.desks import catalog, people, records
from registry.desk.desks.parts import Desk

DESKS = {
    Role.REGISTRAR: records.registrar,
    Role.DEAN: catalog.dean,
    Role.FACULTY: catalog.faculty,
    Role.EVALUATOR: catalog.evaluator,
    Role.CAREER_SERVICES: catalog.career_services,
    Role.ADVISER: records.adviser,
    Role.PROGRAM_OFFICE: people.program_office,
    Role.AUDITOR: people.auditor,
    Role.ADMINISTRATOR: people.administrator,
}


def desk_for(worn: RoleAssignment, *, user: Any, now: datetime) -> Desk:
    """Return the desk of the role a person wears, for the unit at which they wear it."""
    return DESKS[Role(worn.role)](user, worn.unit, now)


__all__ = ["Desk", "desk_for"]
