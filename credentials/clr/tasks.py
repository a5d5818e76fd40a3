"""Doorways for Celery: sign what waits, end what no longer holds."""

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from credentials.clr import services


@shared_task(acks_late=True, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def sign_waiting() -> int:
    """Sign the records that wait; return how many. Safe to run twice: a signed one is skipped."""
    return services.sign_waiting(now=timezone.now())


@shared_task(acks_late=True, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def sweep() -> int:
    """Follow corrections and withdrawals, then sign what waits; return how many rows moved."""
    now = timezone.now()
    return services.renew(now=now) + services.sign_waiting(now=now)
