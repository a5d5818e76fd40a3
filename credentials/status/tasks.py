"""Doorways for Celery: publish what waits."""

from celery import shared_task
from django.utils import timezone

from credentials.status import services


@shared_task(ignore_result=True)
def sweep() -> int:
    """Publish lists that lag behind or end soon; return how many. Safe to run twice."""
    return services.sweep(now=timezone.now())
