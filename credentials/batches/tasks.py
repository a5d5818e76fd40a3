"""The worker's door to big files of completions: reading them, before their report is made."""

from celery import shared_task
from django.utils import timezone

from credentials.completions.columns import FIELDS, KIND
from institution.imports import screens
from institution.imports import services as imports
from institution.imports.models import Upload
from institution.imports.states import SILENCE, UploadState


@shared_task(acks_late=True)
def read(*, upload_id: str) -> int:
    """Read a big file; return its rows. Safe to run twice."""
    tell = screens.teller(upload_id)
    return imports.read_kept(upload_id, fields=FIELDS, now=timezone.now(), tell=tell).row_count


@shared_task(ignore_result=True)
def sweep() -> int:
    """Start again the reading that lost its worker; return how many. Safe to run twice."""
    silent = Upload.objects.light().filter(kind=KIND, state=UploadState.READING)
    lost = list(silent.silent_since(timezone.now() - SILENCE).values_list("pk", flat=True))
    for pk in lost:
        read.delay(upload_id=str(pk))
    return len(lost)
