"""A small throttle for the public page: so many checks a minute from one address."""

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from credentials.verification.errors import TooManyChecks

WINDOW_SECONDS = 60
MAX_DOCUMENTS = 120  # in a window, from one address


def spend(request: HttpRequest, documents: int) -> None:
    """Take documents off what this address may still check in this minute. Raises TooManyChecks."""
    key = "verify:spent:" + hashlib.sha256(address_of(request).encode()).hexdigest()[:24]
    if cache.add(key, documents, WINDOW_SECONDS):
        return
    try:
        spent = cache.incr(key, documents)
    except ValueError:  # it ran out between the two calls
        cache.set(key, documents, WINDOW_SECONDS)
        return
    if spent > MAX_DOCUMENTS:
        raise TooManyChecks()


def address_of(request: HttpRequest) -> str:
    """Return the visitor's address; behind our own proxy it is the last one that the proxy wrote."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))
