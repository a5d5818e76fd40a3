"""Reads of the catalogue: what is in force, what changed, what somebody means by a code."""

from credentials.catalog.selectors.codes import (
    CodeBook,
    achievement_in_force,
    achievements_by_code,
    code_key,
)
from credentials.catalog.selectors.differences import changes_for_review, version_diff
from credentials.catalog.selectors.picking import find_offerings_by_code

__all__ = [
    "CodeBook",
    "achievement_in_force",
    "achievements_by_code",
    "changes_for_review",
    "code_key",
    "find_offerings_by_code",
    "version_diff",
]
