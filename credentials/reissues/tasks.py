"""Doorways for Celery. Rows say how far each re-issue is."""

from celery import shared_task
from django.utils import timezone, translation

from credentials.issuing.tasks import RETRY, start_signing
from credentials.reissues import services
from credentials.reissues.models import Reissue


@shared_task(**RETRY)
def advance(*, reissue_id: str) -> int:
    """Prepare, release or finish one re-issue; return how many of its batches are to be signed."""
    reissue = Reissue.objects.select_related("started_by").get(pk=reissue_id)
    with translation.override(reissue.started_by.language or None):
        batches = services.advance(reissue.pk, now=timezone.now())
    for batch_id in batches:
        start_signing(batch_id)
    return len(batches)


@shared_task(**RETRY)
def sweep() -> int:
    """Send a message for each re-issue that is not done; return how many."""
    waiting = list(Reissue.objects.open().values_list("pk", flat=True))
    for pk in waiting:
        advance.delay(reissue_id=str(pk))
    return len(waiting)
