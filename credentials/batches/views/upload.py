"""The wizard that takes a file of completions to a report: file, columns, report."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from credentials.batches import tasks as reading_tasks
from credentials.completions.columns import FIELDS, KIND, QUESTIONS
from credentials.issuing import services, tasks
from institution.accounts.authz import require, where_allowed
from institution.accounts.doorways import staff_page
from institution.accounts.models import OrgUnit
from institution.errors import InvalidInput
from institution.imports import forms, screens
from institution.imports import services as imports
from institution.imports.errors import UnreadableFile
from institution.imports.models import Upload
from institution.imports.states import UploadState

PERMISSION = "issuing.prepare_batch"
STEPS = (gettext_lazy("File"), gettext_lazy("Columns"), gettext_lazy("Report"), gettext_lazy("Release"))
AT_ONCE_ROWS = 2_000  # as many rows are read while the page loads; more by a worker


@staff_page(PERMISSION)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose a file of completions."""
    now = timezone.now()
    units = list(OrgUnit.objects.open().filter(where_allowed(request.user, PERMISSION, "path", now=now)))
    form = forms.UploadForm(request.POST or None, request.FILES or None, units=units)
    if request.method == "POST" and form.is_valid():
        unit = form.cleaned_data["org_unit"]
        require(request.user, PERMISSION, unit, now=now)
        try:
            upload = imports.read_upload(
                form.cleaned_data["file"],
                kind=KIND,
                org_unit=unit,
                actor=request.user,
                now=now,
                fields=FIELDS,
                at_once=False,
            )
            return _lead_on(upload)
        except UnreadableFile as error:
            form.add_error("file", error.faults["file"])
    context = {"form": form, "steps": screens.steps(0, STEPS, {})}
    return render(request, "issuing/upload.html", context, status=400 if form.errors else 200)


def _lead_on(upload: Upload) -> HttpResponse:
    """Leave a big file to a worker; the page of its columns shows how far it is."""
    if upload.state == UploadState.READING:
        reading_tasks.read.delay_on_commit(upload_id=str(upload.pk))
    return redirect("issuing:columns", pk=upload.pk)


@staff_page(PERMISSION)
@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say which column holds what; then the rows are read into a report."""
    upload = _upload(request, pk)
    waiting = screens.waiting_to_be_read(
        request, upload, screens.steps(0, STEPS, {}), again=reverse("issuing:upload")
    )
    if waiting is not None:
        return waiting
    if upload.state not in (UploadState.READ, UploadState.MAPPED, UploadState.PREVIEWED):
        batch = upload.batches.order_by("-created_at").first()
        return redirect("issuing:detail", pk=batch.pk) if batch else redirect("issuing:upload")
    form = forms.MappingForm(request.POST or None, upload=upload, fields=FIELDS, questions=QUESTIONS)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("issuing:detail", pk=_report(request, upload, form))
        except InvalidInput as error:
            form.blame(error.faults)
    context = {
        "upload": upload,
        "form": form,
        "reading": forms.ReadingForm(upload=upload),
        "sample": screens.sample_table(upload),
        "steps": screens.steps(1, STEPS, {}),
    }
    return render(request, "issuing/columns.html", context, status=400 if form.errors else 200)


def _report(request: HttpRequest, upload: Upload, form: Any) -> UUID:
    """Open the batch; read a small file at once and leave a big one to a worker."""
    now = timezone.now()
    imports.confirm_mapping(
        upload,
        form.mapping(),
        form.answers(),
        fields=FIELDS,
        questions=QUESTIONS,
        actor=request.user,
        now=now,
    )
    batch = services.batch_from_upload(upload, actor=request.user, now=now)
    if upload.row_count <= AT_ONCE_ROWS:
        services.read_batch(batch.pk, now=now)
    else:
        tasks.read_batch.delay_on_commit(batch_id=str(batch.pk))
    return batch.pk


@staff_page(PERMISSION)
@require_POST
def reading(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Read the kept file again from another sheet or header line."""
    upload = _upload(request, pk)
    form = forms.ReadingForm(request.POST, upload=upload)
    if form.is_valid():
        sheet = form.cleaned_data.get("sheet", upload.sheet)
        try:
            upload = imports.reread(
                upload,
                sheet=sheet,
                header_line=form.header(),
                fields=FIELDS,
                at_once=False,
                now=timezone.now(),
            )
        except UnreadableFile as error:
            messages.error(request, error.faults["file"])
    return _lead_on(upload)


def _upload(request: HttpRequest, pk: UUID) -> Upload:
    mine = Upload.objects.light().workable_by(request.user, PERMISSION, now=timezone.now())
    found: Upload = get_object_or_404(mine.filter(kind=KIND).select_related("org_unit"), pk=pk)
    return found
