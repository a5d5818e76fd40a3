"""Doorways for Celery: publish what waits."""

from celery import shared_task
from django.utils import timezone

from credentials.status import services

AGAIN = services.DEBOUNCE.total_seconds() + 1


@shared_task(ignore_result=True)
def sweep() -> int:
    """Publish lists that lag behind or end soon; return how many. Safe to run twice."""
    return services.sweep(now=timezone.now())


def publish_soon() -> None:
    """After this transaction: publish what was just withdrawn now, or as soon as a list may be signed again."""
    sweep.delay_on_commit()
    sweep.apply_async_on_commit(countdown=AGAIN)
