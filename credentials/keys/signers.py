"""The signer of a key, opened in its store and kept in this process's memory for minutes."""

import os
import time
from uuid import UUID

from credentials.keys.errors import NoActiveKey
from credentials.keys.models import SigningKey
from credentials.keys.states import KeyState
from credentials.keys.stores import Signer, store_named

CACHE_SECONDS = 300  # how long an opened key stays in the memory of a process

_opened: dict[tuple[int, UUID], tuple[float, Signer]] = {}


def signer_for(key: SigningKey) -> Signer:
    """Return the signer of an active key; the opened key stays in this process's memory for minutes.

    key: freshly read, for its state decides. A forked child opens its own.
    Raises NoActiveKey, NoPrivatePart, WrongKeyEncryption, TokenUnavailable.
    """
    place = (os.getpid(), key.pk)
    if key.state != KeyState.ACTIVE:
        _opened.pop(place, None)
        raise NoActiveKey(key=str(key.pk))
    known = _opened.get(place)
    if known and known[0] > time.monotonic():
        return known[1]
    signer = store_named(key.store).open(key)
    forget_opened_keys()
    _opened[place] = (time.monotonic() + CACHE_SECONDS, signer)
    return signer


def forget_opened_keys() -> None:
    """Drop opened keys whose time is over, and those of another process."""
    here, now = os.getpid(), time.monotonic()
    for place in [place for place, (until, _) in _opened.items() if until <= now or place[0] != here]:
        del _opened[place]
