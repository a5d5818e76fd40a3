"""The worker's door to the intake of big catalogue files. Rows are the queue; beat sweeps."""

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from credentials.intake import services
from institution.imports import screens
from institution.imports.models import Upload
from institution.imports.states import UploadState

DONE = "intake-staged:%s"


@shared_task(acks_late=True)
def read(*, upload_id: str) -> int:
    """Read a big file; return its rows. Safe to run twice."""
    return services.read_file(upload_id, now=timezone.now(), tell=screens.teller(upload_id)).row_count


@shared_task(acks_late=True)
def stage(*, upload_id: str) -> int:
    """Compare the rows of a file with the catalogue; return how many. Safe to run twice."""
    upload = Upload.objects.select_related("org_unit").filter(pk=upload_id, state=UploadState.STAGING).first()
    if upload is None:
        return 0
    key = DONE % upload_id
    counts = services.preview_import(
        upload, now=timezone.now(), tell=lambda done: cache.set(key, done, timeout=600)
    )
    return sum(counts.values())


@shared_task(acks_late=True)
def take_over(*, upload_id: str) -> int:
    """Take over what is left of a file; return how many rows. Safe to run twice."""
    upload = Upload.objects.light().select_related("org_unit").filter(pk=upload_id).first()
    if upload is None or upload.state != UploadState.APPLYING:
        return 0
    return services.take_over(upload, actor=services.actor_of(upload), now=timezone.now())


@shared_task(ignore_result=True)
def sweep() -> int:
    """Start again what lost its worker; return how many. Safe to run twice."""
    lost = services.lost(now=timezone.now())
    for upload in lost:
        task = {UploadState.READING: read, UploadState.STAGING: stage}.get(
            UploadState(upload.state), take_over
        )
        task.delay(upload_id=str(upload.pk))
    return len(lost)
