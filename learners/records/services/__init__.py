"""Verbs of the learner's record: tell, claim, dispute, help."""

from learners.records.services.claiming import (
    check_tries,
    claim,
    claim_by_source,
    claim_proven_address,
    learner_of,
    open_claim_link,
    void_links,
    wrong_answers,
)
from learners.records.services.helping import (
    ask_for_help,
    close_help,
    correct_address,
    forget_old_words,
    say_not_me,
)
from learners.records.services.sending import (
    remind_unclaimed,
    request_new_link,
    send_again,
    send_missing_links,
    tell_withdrawals,
)
from learners.records.services.settings import change_settings
from learners.records.services.telling import tell_batch, tell_released_batches

__all__ = [
    "ask_for_help",
    "change_settings",
    "check_tries",
    "claim",
    "claim_by_source",
    "claim_proven_address",
    "close_help",
    "correct_address",
    "forget_old_words",
    "learner_of",
    "open_claim_link",
    "remind_unclaimed",
    "request_new_link",
    "say_not_me",
    "send_again",
    "send_missing_links",
    "tell_batch",
    "tell_released_batches",
    "tell_withdrawals",
    "void_links",
    "wrong_answers",
]
