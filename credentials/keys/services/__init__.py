"""Verbs of issuer profiles and of keys, by noun: profiles, ceremony, life."""

from credentials.keys.services.ceremony import confirm_key, decline_key, propose_key, propose_next_key
from credentials.keys.services.life import (
    destroy_private_part,
    mark_compromised,
    retire_key,
    rewrap_keys,
    sweep,
)
from credentials.keys.services.profiles import PROFILE_FIELDS, create_profile, revise_profile

__all__ = [
    "PROFILE_FIELDS",
    "confirm_key",
    "create_profile",
    "decline_key",
    "destroy_private_part",
    "mark_compromised",
    "propose_key",
    "propose_next_key",
    "retire_key",
    "revise_profile",
    "rewrap_keys",
    "sweep",
]
