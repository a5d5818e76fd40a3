"""Doorways for Celery. Messages carry ids of batches; rows say what is left to do."""

import time
from datetime import timedelta
from typing import Any

from celery import current_app, shared_task
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone, translation

from credentials.issuing import selectors, services
from credentials.issuing.models import IssuanceBatch

SLICE_SECONDS = 20  # then another batch may have its turn
AT_ONCE = 4  # messages per batch; as many workers may sign one batch together
QUEUE = "sign"
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

    The one that finds no chunk free says that the batch is signed, or canceled.

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
    """Send messages for batches whose messages may have been lost; return how many.

    A batch that moved since the half of a sweep's time has messages. And no more wait, however often
    this runs while workers are busy, than the batches began with.
    """
    since = timezone.now() - timedelta(seconds=settings.SWEEP_SECONDS / 2)
    reading, signing, still = selectors.work_waiting(stalled_since=since)
    room = AT_ONCE * len(signing) + len(reading) - waiting()
    lost = [(read_batch, pk) for pk in reading] + [(sign_batch, pk) for pk in still]
    for task, batch_id in lost[: max(room, 0)]:
        task.delay(batch_id=str(batch_id))
    return len(lost[: max(room, 0)])


def waiting() -> int:
    """Return how many messages wait in the queue of these tasks."""
    with current_app.connection_for_write() as connection:
        return int(connection.default_channel.queue_declare(queue=QUEUE).message_count)


def stop_signing(batch_id: Any) -> None:
    """Send the message that ends a batch nobody signs this moment, once the transaction is committed."""
    sign_batch.delay_on_commit(batch_id=str(batch_id))


def start_signing(batch_id: Any) -> None:
    """Send the messages that start a batch, once the present transaction is committed."""
    for _number in range(AT_ONCE):
        sign_batch.delay_on_commit(batch_id=str(batch_id))
