"""Doorway for Celery: what happened is listed for partners, and old keys are forgotten."""

from celery import shared_task
from django.utils import timezone

from registry.partners import changes, idempotency


@shared_task
def sweep() -> int:
    """List new changes, forget old keys; return how many lines were made. Safe to run twice."""
    now = timezone.now()
    idempotency.forget_old(now=now)
    return changes.list_new(now=now)
