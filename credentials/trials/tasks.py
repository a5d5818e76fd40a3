"""Doorway for Celery: trials that ended are taken away."""

from celery import shared_task
from django.utils import timezone

from credentials.trials import services


@shared_task
def sweep() -> int:
    """Delete the documents of trials that ended; return of how many."""
    return services.remove_ended(now=timezone.now())
