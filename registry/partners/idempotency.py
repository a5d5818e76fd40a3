"""Requests that may be sent twice: the second gets the first one's answer, and nothing happens twice.

The key, the work and the answer are one transaction. A request that comes while the first still runs
waits for it; one whose first try was cut off begins anew.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction

from registry.partners.errors import IdempotencyKeyNeeded, IdempotencyKeyReused, RequestInProgress
from registry.partners.models import IdempotencyKey, PartnerClient

KEEP = timedelta(days=1)
MAX_KEY = 120
PATIENCE_MS = 10_000


@dataclass(frozen=True)
class Kept:
    """The answer that was given the first time."""

    status: int
    body: Any


def digest_of(method: str, path: str, body: bytes) -> str:
    """Return what makes two requests the same. JSON counts by meaning, not by spaces or order."""
    try:
        meaning = json.dumps(json.loads(body), sort_keys=True).encode()
    except (ValueError, RecursionError):  # the parser says what is wrong with it
        meaning = body
    return hashlib.sha256(b"\n".join((method.encode(), path.encode(), meaning))).hexdigest()


def begin(client: PartnerClient, key: str, digest: str, *, now: datetime) -> IdempotencyKey | Kept:
    """Take a key inside the caller's transaction, or return the answer kept for it.

    Raises IdempotencyKeyNeeded, IdempotencyKeyReused, RequestInProgress.
    """
    if not key or len(key) > MAX_KEY:
        raise IdempotencyKeyNeeded
    IdempotencyKey.objects.filter(client=client, key=key, created_at__lt=now - KEEP).delete()
    taken = _take(client, key, digest, now)
    if taken is not None:
        return taken
    known = IdempotencyKey.objects.filter(client=client, key=key).first()
    if known is None:
        raise RequestInProgress
    if known.request_digest != digest:
        raise IdempotencyKeyReused
    return Kept(known.status or 200, known.answer)


def keep(taken: IdempotencyKey, status: int, body: Any) -> None:
    """Keep the answer beside the key, in the same transaction as the work."""
    taken.status, taken.answer = status, body
    taken.save(update_fields=["status", "answer"])


def forget_old(*, now: datetime) -> int:
    """Delete keys after a day; return how many."""
    return IdempotencyKey.objects.filter(created_at__lt=now - KEEP).delete()[0]


def _take(client: PartnerClient, key: str, digest: str, now: datetime) -> IdempotencyKey | None:
    """Return the new row; None if the key is known. Waits while another transaction holds the key."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("select set_config('lock_timeout', %s, true)", [str(PATIENCE_MS)])
            return IdempotencyKey.objects.create(
                client=client, key=key, request_digest=digest, created_at=now
            )
    except IntegrityError:
        return None
    except OperationalError as error:
        raise RequestInProgress from error
