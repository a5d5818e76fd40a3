"""The doorway of the record for Celery."""

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from learners.records import services


@shared_task(acks_late=True, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def sweep() -> int:
    """Tell the learners of batches that were released."""
    return services.tell_released_batches(now=timezone.now())
