"""The doorway of the record for Celery."""

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from learners.records import services


@shared_task(acks_late=True, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def sweep() -> int:
    """Tell the learners of batches that were released and of what was withdrawn; forget old words."""
    now = timezone.now()
    services.forget_old_words(now=now)
    return services.tell_released_batches(now=now) + services.tell_withdrawals(now=now)
