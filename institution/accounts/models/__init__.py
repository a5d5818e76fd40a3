from institution.accounts.models.people import RoleAssignment, User
from institution.accounts.models.units import Institution, OrgUnit

__all__ = ["Institution", "OrgUnit", "RoleAssignment", "User"]
