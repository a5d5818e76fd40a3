"""A small throttle for doors that stand open to everybody: so many tries from one address in a time."""

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from learners.records.errors import TooManyTries


def spend(request: HttpRequest, door: str, *, most: int, seconds: int) -> None:
    """Count one try at a door from the visitor's address. Raises TooManyTries.

    A computer room claims behind one address, so `most` is generous; the tokens cannot be guessed anyway.
    """
    key = f"tries:{door}:" + hashlib.sha256(_address_of(request).encode()).hexdigest()[:24]
    cache.add(key, 0, seconds)
    try:
        tries = cache.incr(key)
    except ValueError:  # it ran out between the two calls
        cache.set(key, 1, seconds)
        return
    if tries > most:
        raise TooManyTries()


def _address_of(request: HttpRequest) -> str:
    """Return the visitor's address; behind our own proxy it is the last one that the proxy wrote."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))
