"""Doorway for Celery: keys whose time has come."""

from celery import shared_task
from django.utils import timezone

from credentials.keys import services


@shared_task(acks_late=True, ignore_result=True)
def sweep() -> int:
    """Let waiting keys take over, and destroy old private parts. Safe to run twice."""
    return services.sweep(now=timezone.now())
