"""The doorway of the outbox for Celery."""

import time

from celery import shared_task
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from institution.notices import services

CONNECTION_SENDS = 50  # messages through one connection to the mail host
LEAST_SECONDS = 20  # that a sweep may go on sending, however often it comes


@shared_task(acks_late=True, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def sweep() -> int:
    """Send what is due within the rate, mark what a dead sender left behind, and erase old texts."""
    now = timezone.now()
    services.mark_unsure(now=now)
    services.erase_old_texts(now=now)
    share = max(1, settings.NOTICES_PER_MINUTE * settings.SWEEP_SECONDS // 60)
    until, sent = time.monotonic() + max(settings.SWEEP_SECONDS, LEAST_SECONDS), 0
    while sent < share and time.monotonic() < until:
        taken = services.send_due(now=timezone.now(), limit=min(CONNECTION_SENDS, share - sent))
        sent += taken
        if not taken:
            break
    return sent
