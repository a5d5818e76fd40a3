"""Reads of the catalogue: what is in force, what is complete, what changed, what waits."""

from credentials.catalog.selectors.codes import (
    CodeBook,
    achievement_in_force,
    achievements_by_code,
    code_key,
)
from credentials.catalog.selectors.completeness import Completeness, completeness, with_completeness
from credentials.catalog.selectors.desks import (
    glance,
    history,
    open_work,
    waiting_cards,
    waiting_for,
    with_parts,
)
from credentials.catalog.selectors.differences import changes_for_review, version_diff
from credentials.catalog.selectors.lists import offering_list
from credentials.catalog.selectors.picking import find_offerings_by_code

__all__ = [
    "CodeBook",
    "Completeness",
    "achievement_in_force",
    "achievements_by_code",
    "changes_for_review",
    "code_key",
    "completeness",
    "find_offerings_by_code",
    "glance",
    "history",
    "offering_list",
    "open_work",
    "version_diff",
    "waiting_cards",
    "waiting_for",
    "with_completeness",
    "with_parts",
]
