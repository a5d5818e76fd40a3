"""The sweep of uploads: forgets what has been kept long enough."""

from celery import shared_task
from django.utils import timezone

from institution.imports import services


@shared_task(ignore_result=True)
def sweep() -> int:
    """Drop the bytes and rows of old uploads; return how many. Safe to run twice."""
    return services.forget_old(now=timezone.now())
