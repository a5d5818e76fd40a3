"""Doorways for Celery. Messages carry ids of batches; rows say what is left to do."""

import time
from typing import Any

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone, translation

from credentials.issuing import selectors, services
from credentials.issuing.models import IssuanceBatch

SLICE_SECONDS = 20  # then another batch may have its turn
AT_ONCE = 4  # messages per batch; as many workers may sign one batch together
RETRY: dict[str, Any] = {
    "acks_late": True,
    "ignore_result": True,
    "autoretry_for": (OperationalError,),
    "retry_backoff": True,
    "max_retries": 5,
}


@shared_task(**RETRY)
def read_batch(*, batch_id: str) -> None:
    """Read a batch's file into its report. Safe to run twice."""
    batch = IssuanceBatch.objects.select_related("created_by").get(pk=batch_id)
    with translation.override(batch.created_by.language or None):
        services.read_batch(batch.pk, now=timezone.now())


@shared_task(**RETRY)
def sign_batch(*, batch_id: str) -> int:
    """Sign chunks of a batch until none is free or the slice is over; return how many rows were signed.

    Safe to run twice, at once, or after a kill: a chunk is locked while it is signed, and stays open
    until it is.
    """
    until, signed = time.monotonic() + SLICE_SECONDS, 0
    while time.monotonic() < until:
        done = services.sign_chunk(batch_id, now=timezone.now())  # type: ignore[arg-type]
        if done is None:
            services.finish_batch(batch_id, now=timezone.now())  # type: ignore[arg-type]
            return signed
        signed += done
    sign_batch.delay(batch_id=batch_id)
    return signed


@shared_task(**RETRY)
def sweep() -> int:
    """Send messages for batches whose messages may have been lost; return how many."""
    reading, signing = selectors.work_waiting()
    for batch_id in reading:
        read_batch.delay(batch_id=str(batch_id))
    for batch_id in signing:
        sign_batch.delay(batch_id=str(batch_id))
    return len(reading) + len(signing)


def start_signing(batch_id: Any) -> None:
    """Send the messages that start a batch, once the present transaction is committed."""
    for _number in range(AT_ONCE):
        sign_batch.delay_on_commit(batch_id=str(batch_id))
