"""Something a person knows, kept so that an answer can be compared and nothing read back."""

import hashlib
import hmac
import os

from django.conf import settings

SALT_BYTES = 16


def seal_answer(text: str) -> str:
    """Return a salted mark of a text. It is keyed by SECRET_KEY: who has the table alone can try nothing."""
    salt = os.urandom(SALT_BYTES).hex()
    return f"{salt}${_mark(salt, text, settings.SECRET_KEY)}"


def answer_matches(text: str, sealed: str) -> bool:
    """Return whether a text is the one that was sealed, also under a SECRET_KEY of before."""
    salt, _sign, mark = sealed.partition("$")
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return bool(mark) and any(hmac.compare_digest(_mark(salt, text, key), mark) for key in keys)


def _mark(salt: str, text: str, key: str) -> str:
    return hmac.new(key.encode(), f"{salt}{text}".encode(), hashlib.sha256).hexdigest()
