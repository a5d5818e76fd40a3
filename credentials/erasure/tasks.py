"""The doorway of erasure for Celery."""

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from credentials.erasure import services


@shared_task(acks_late=True, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def sweep() -> int:
    """Empty the rows that became no credential and have been kept long enough. Safe to run twice."""
    return services.forget_rows(now=timezone.now())
