"""Verbs of the catalogue: from the first draft to an approved version, and out again."""

from credentials.catalog.services.drafting import (
    compare_edit,
    create_offering,
    draft_offering,
    edit_version,
    submit_offering,
    withdraw_offering,
)
from credentials.catalog.services.parts import (
    add_achievement,
    compare_achievement,
    edit_achievement,
    move_achievement,
    restore_achievement,
    retire_achievement,
)
from credentials.catalog.services.reviewing import (
    approve_many,
    approve_offering,
    restore_offering,
    retire_offering,
    return_offering,
)
from credentials.catalog.services.second_person import own_submission, second_people

__all__ = [
    "add_achievement",
    "compare_achievement",
    "edit_achievement",
    "move_achievement",
    "restore_achievement",
    "retire_achievement",
    "approve_many",
    "approve_offering",
    "compare_edit",
    "create_offering",
    "draft_offering",
    "edit_version",
    "own_submission",
    "restore_offering",
    "retire_offering",
    "return_offering",
    "second_people",
    "submit_offering",
    "withdraw_offering",
]
