"""Doorways for Celery: carry orders out, and find those whose message was lost."""

import time
from uuid import UUID

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from credentials.status import tasks as status
from credentials.withdrawal import services

SLICE_SECONDS = 20  # then other work may have its turn


@shared_task(acks_late=True, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def carry_out(*, order_id: str) -> int:
    """Withdraw part after part of an order; return how many parts. Safe to run twice, at once, or after a kill."""
    until, done = time.monotonic() + SLICE_SECONDS, 1
    while services.carry_out(UUID(order_id), now=timezone.now()):
        if time.monotonic() > until:
            carry_out.delay(order_id=order_id)
            break
        done += 1
    status.publish_soon()
    return done


@shared_task(acks_late=True, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def sweep() -> int:
    """Send messages for orders whose message may have been lost; return how many."""
    waiting = services.unfinished()
    for order_id in waiting:
        carry_out.delay(order_id=str(order_id))
    return len(waiting)
