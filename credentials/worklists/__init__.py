"""Reads for those who work on the catalog: what a version lacks, what waits for whom, and the lists."""

from credentials.worklists.completeness import Completeness, completeness, with_completeness
from credentials.worklists.lists import offering_list
from credentials.worklists.waiting import glance, history, open_work, waiting_cards, waiting_for, with_parts

__all__ = [
    "Completeness",
    "completeness",
    "glance",
    "history",
    "offering_list",
    "open_work",
    "waiting_cards",
    "waiting_for",
    "with_completeness",
    "with_parts",
]
