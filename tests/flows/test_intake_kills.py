"""Workers are killed while a big catalogue file is read, compared and taken over; nothing is lost or doubled."""

import io
import time

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from credentials.catalog.models import Achievement, AchievementVersion, Offering, OfferingVersion
from credentials.intake import services, tasks
from credentials.intake.fields import FIELDS
from institution.events.models import Event
from institution.imports import mapping
from institution.imports.models import Upload
from institution.imports.states import SILENCE
from tests.support import workers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
ROWS = 6_000
ANSWERS = {"kind": "credit", "credit_unit": "quarter", "code_style": "as_is"}


def workbook() -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Catalog")
    sheet.append(["Code", "Name", "Credits", "Description"])
    for number in range(ROWS):
        sheet.append([f"C{number:05d}", f"Course number {number}", 2.5, f"About topic {number} of {ROWS}."])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def kill_and_sweep(task, upload, *, until, hit) -> None:
    """Start a task on a real worker, kill it once `hit` holds, sweep, and wait until it is done after all."""
    workers.purge()
    doomed = workers.start_worker()
    task.delay(upload_id=str(upload.pk))
    workers.wait_until(hit, 60)
    doomed.kill()
    assert Upload.objects.light().get(pk=upload.pk).state != until, "the kill came too late"
    Upload.objects.filter(pk=upload.pk).update(touched_at=timezone.now() - SILENCE * 2)
    with workers.worker():
        assert tasks.sweep() == 1
        workers.wait_until(lambda: Upload.objects.light().get(pk=upload.pk).state == until, 120)


def after(seconds: float):
    """Hold once so many seconds have passed."""
    began = time.monotonic()
    return lambda: time.monotonic() - began > seconds


def test_a_killed_worker_loses_and_doubles_nothing(transactional_db):
    from institution.accounts.roles import Role
    from tests.support.people import give, lay_college

    college = lay_college()
    give(college.registrar, Role.REGISTRAR, college.district)
    who = {"actor": college.registrar, "now": timezone.now()}
    upload = services.start_import(SimpleUploadedFile("catalog.xlsx", workbook()), college.main, **who)
    kill_and_sweep(tasks.read, upload, until="read", hit=after(0.5))
    upload.refresh_from_db()
    assert upload.row_count == ROWS
    services.confirm_columns(upload, mapping.guess(upload, FIELDS), ANSWERS, **who)
    kill_and_sweep(tasks.stage, services.begin_preview(upload, **who), until="previewed", hit=after(0.2))
    assert upload.rows.filter(outcome="added").count() == upload.rows.count() == ROWS
    begun = services.begin_apply(upload, **who)
    some = upload.rows.filter(applied_at__isnull=False)
    kill_and_sweep(tasks.take_over, begun, until="applied", hit=some.exists)
    for model in (Offering, OfferingVersion, Achievement, AchievementVersion):
        assert model.objects.count() == ROWS
    assert Offering.objects.values("code").distinct().count() == ROWS
    told = Event.objects.filter(kind="offerings.imported").values_list("data", flat=True)
    assert sum(one["added"] for one in told) == ROWS
