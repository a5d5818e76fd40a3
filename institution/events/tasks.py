"""The sign of life of the workers, for `/readyz`."""

from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

HEARTBEAT = "worker-heartbeat"


@shared_task(ignore_result=True)
def heartbeat() -> None:
    """Note in Redis that a worker took a task just now. Safe to run twice."""
    cache.set(HEARTBEAT, timezone.now().timestamp(), timeout=60 * settings.SWEEP_SECONDS)


@worker_ready.connect
def _first_heartbeat(**kwargs: Any) -> None:
    """Beat comes only after a while; a worker that has just started is there already."""
    heartbeat()
