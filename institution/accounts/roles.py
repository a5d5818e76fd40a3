"""The roles people wear, and which permissions the rooms have granted to them.

The ground knows no permission's name: each room's `apps.py` calls `grant` when it is ready.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What somebody is at a unit, and so at every unit below it."""

    REGISTRAR = "registrar", _("Registrar")
    DEAN = "dean", _("Dean")
    FACULTY = "faculty", _("Faculty")
    EVALUATOR = "evaluator", _("Evaluator")
    CAREER_SERVICES = "career_services", _("Career services")
    ADVISER = "adviser", _("Student success adviser")
    PROGRAM_OFFICE = "program_office", _("Program office")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")
    PARTNER = "partner", _("Partner system")


_GRANTS: dict[str, set[str]] = {}


def grant(role: Role, *permissions: str) -> None:
    """Let everyone who wears this role use these permissions, at the unit of the role and below."""
    for permission in permissions:
        _GRANTS.setdefault(permission, set()).add(role.value)


def roles_with(permission: str) -> frozenset[str]:
    """Return the values of the roles to which a permission was granted."""
    return frozenset(_GRANTS.get(permission, ()))


def grants() -> dict[str, list[str]]:
    """Return every permission with its roles, sorted: the source of docs/roles.md."""
    return {permission: sorted(roles) for permission, roles in sorted(_GRANTS.items())}
