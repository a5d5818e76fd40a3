"""The doorway of the outbox for Celery."""

from celery import shared_task
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from institution.notices import services


@shared_task(acks_late=True, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def sweep() -> int:
    """Send what is due within the rate, and mark what a dead sender left behind."""
    now = timezone.now()
    services.mark_unsure(now=now)
    share = max(1, settings.NOTICES_PER_MINUTE * settings.SWEEP_SECONDS // 60)
    return services.send_due(now=now, limit=share)
