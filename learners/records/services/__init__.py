"""Verbs of the learner's record: tell, claim, dispute, help."""

from learners.records.services.claiming import claim, open_claim_link, request_new_link, void_links
from learners.records.services.helping import ask_for_help, close_help, correct_address, say_not_me
from learners.records.services.telling import remind_unclaimed, tell_batch, tell_released_batches

__all__ = [
    "ask_for_help",
    "claim",
    "close_help",
    "correct_address",
    "open_claim_link",
    "remind_unclaimed",
    "request_new_link",
    "say_not_me",
    "tell_batch",
    "tell_released_batches",
    "void_links",
]
