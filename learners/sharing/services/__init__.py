"""Verbs of sharing: make, extend and take back a link; open it; give and withdraw a consent."""

from learners.sharing.services.consents import grant_consent, note_access, withdraw_consent
from learners.sharing.services.links import create_link, extend_link, revoke_link, token_of
from learners.sharing.services.opening import Opened, open_link

__all__ = [
    "Opened",
    "create_link",
    "extend_link",
    "grant_consent",
    "note_access",
    "open_link",
    "revoke_link",
    "token_of",
    "withdraw_consent",
]
