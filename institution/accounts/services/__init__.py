"""Verbs of people and units: who is here, where they sit, which roles they wear."""

from institution.accounts.services.institution import institution_now, set_institution
from institution.accounts.services.people import invite_person, person_leaves, work_held_by
from institution.accounts.services.roles import assign_role, end_role, name_substitute
from institution.accounts.services.units import create_unit

__all__ = [
    "assign_role",
    "create_unit",
    "end_role",
    "institution_now",
    "invite_person",
    "name_substitute",
    "person_leaves",
    "set_institution",
    "work_held_by",
]
