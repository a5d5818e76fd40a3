"""The screens on which a catalogue file comes in: upload, columns, preview, taking over."""

from typing import Any

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from credentials.intake import services, tasks
from credentials.intake.content import code_of
from credentials.intake.fields import FIELDS, KIND, QUESTIONS
from credentials.intake.staging import words_of
from credentials.intake.units import names_of
from institution.accounts.authz import where_allowed
from institution.accounts.doorways import staff_page
from institution.accounts.models import OrgUnit
from institution.errors import InvalidInput
from institution.imports import forms, screens
from institution.imports.errors import UnreadableFile
from institution.imports.models import StagedRow, Upload
from institution.imports.states import UploadState

STEPS = (gettext_lazy("File"), gettext_lazy("Columns"), gettext_lazy("Preview"), gettext_lazy("Result"))
TO_COLUMNS = (UploadState.READING, UploadState.UNREADABLE, UploadState.READ, UploadState.MAPPED)
WAITING = (UploadState.STAGING, UploadState.APPLYING)


def _uploads(request: HttpRequest) -> Any:
    mine = Upload.objects.light().workable_by(request.user, services.PERMISSION, now=timezone.now())
    return mine.filter(kind=KIND).select_related("org_unit", "uploaded_by")


def _upload(request: HttpRequest, pk: Any) -> Upload:
    found: Upload = get_object_or_404(_uploads(request), pk=pk)
    return found


def _units(request: HttpRequest) -> Any:
    allowed = where_allowed(request.user, services.PERMISSION, "path", now=timezone.now())
    return OrgUnit.objects.open().filter(allowed).order_by("path")


@staff_page(services.PERMISSION)
def new(request: HttpRequest) -> HttpResponse:
    """Choose a file; below, the files that came in before."""
    units = list(_units(request))
    form = forms.UploadForm(request.POST or None, request.FILES or None, units=units)
    if request.method == "POST" and form.is_valid():
        try:
            upload = services.start_import(
                form.cleaned_data["file"],
                form.cleaned_data["org_unit"],
                actor=request.user,
                now=timezone.now(),
            )
            return _lead_on(upload)
        except UnreadableFile as error:
            form.add_error("file", error.faults["file"])
    past = _uploads(request).exclude(state=UploadState.ABANDONED).order_by("-uploaded_at", "id")
    page = Paginator(past, 20).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "steps": screens.steps(0, STEPS, {})}
    return render(request, "intake/new.html", context, status=400 if form.errors else 200)


def _lead_on(upload: Upload) -> HttpResponse:
    """Leave a big file to a worker; the page of its columns shows how far it is."""
    if upload.state == UploadState.READING:
        tasks.read.delay_on_commit(upload_id=str(upload.pk))
    return redirect("intake:columns", pk=upload.pk)


@staff_page(services.PERMISSION)
def columns(request: HttpRequest, pk: Any) -> HttpResponse:
    """Say which column holds what, and answer what the file leaves open."""
    upload = _upload(request, pk)
    waiting = screens.waiting_to_be_read(
        request, upload, screens.steps(0, STEPS, {}), again=reverse("intake:new")
    )
    if waiting is not None:
        return waiting
    if upload.state in (*WAITING, UploadState.APPLIED, UploadState.ABANDONED):
        return redirect("intake:detail", pk=pk)
    form = forms.MappingForm(request.POST or None, upload=upload, fields=FIELDS, questions=QUESTIONS)
    if request.method == "POST" and form.is_valid():
        try:
            now = timezone.now()
            services.confirm_columns(upload, form.mapping(), form.answers(), actor=request.user, now=now)
            return _stage(request, upload)
        except InvalidInput as error:
            form.blame(error.faults)
    context = {
        "upload": upload,
        "form": form,
        "reading": forms.ReadingForm(upload=upload),
        "sample": screens.sample_table(upload),
        "steps": screens.steps(1, STEPS, {}),
    }
    return render(request, "intake/columns.html", context, status=400 if form.errors else 200)


def _stage(request: HttpRequest, upload: Upload) -> HttpResponse:
    now = timezone.now()
    begun = services.begin_preview(upload, actor=request.user, now=now)
    if upload.row_count <= services.INLINE:
        services.preview_import(begun, now=now)
    else:
        tasks.stage.delay_on_commit(upload_id=str(upload.pk))
    return redirect("intake:detail", pk=upload.pk)


@require_POST
@staff_page(services.PERMISSION)
def reading(request: HttpRequest, pk: Any) -> HttpResponse:
    """Read the file again from another sheet or with another header line."""
    upload = _upload(request, pk)
    form = forms.ReadingForm(request.POST, upload=upload)
    if form.is_valid():
        try:
            upload = services.read_again(
                upload,
                sheet=form.cleaned_data.get("sheet", ""),
                header_line=form.header(),
                actor=request.user,
                now=timezone.now(),
            )
        except UnreadableFile as error:
            messages.error(request, error.faults["file"])
    else:
        messages.error(request, _("Give the line of the header as a number from 0 to 200."))
    return _lead_on(upload)


@require_GET
@staff_page(services.PERMISSION)
def detail(request: HttpRequest, pk: Any) -> HttpResponse:
    """The preview, the progress or the result of one file, by its state."""
    upload = _upload(request, pk)
    if upload.state in TO_COLUMNS:
        return redirect("intake:columns", pk=pk)
    if upload.state in WAITING:
        return _waiting(request, upload)
    if request.headers.get("HX-Request"):  # the work a page was watching is done: show what came of it
        return HttpResponse(headers={"HX-Redirect": request.path})
    context = screens.preview(
        request, upload, describe=_described(upload), words=words_of, chosen=upload.notes.get("decisions")
    )
    open_units = upload.notes.get("new_units", [])
    context |= {
        "steps": screens.steps(3 if upload.state == UploadState.APPLIED else 2, STEPS, {}),
        "summary": _summary(context["counts"]),
        "taken": upload.notes.get("total", 0),
        "coming": context["counts"]["added"] + context["counts"]["changed"],
        "new_units": _tree(open_units),
        "new_units_count": len(open_units),
        "units_answer": upload.notes.get("units", ""),
        "ready": not context["unanswered"] and not (open_units and not upload.notes.get("units")),
    }
    return render(request, "intake/detail.html", context)


def _summary(counts: dict[str, int]) -> str:
    """Return what the rows would do in a line; what none would do is left out."""
    words = {
        "added": _("%(n)s new"),
        "changed": _("%(n)s changed"),
        "asked": _("%(n)s to decide"),
        "faulty": _("%(n)s to correct"),
        "unchanged": _("%(n)s unchanged"),
    }
    return " · ".join(said % {"n": intcomma(counts[name])} for name, said in words.items() if counts[name])


def _waiting(request: HttpRequest, upload: Upload) -> HttpResponse:
    if upload.state == UploadState.STAGING:
        done, whole = cache.get(tasks.DONE % upload.pk, 0), upload.row_count
        label = _("Comparing the rows with the catalog")
    else:
        done, whole = services.progress(upload)
        label = _("Taking the rows over")
    context = {"upload": upload, "done": done, "whole": max(whole, 1), "label": label}
    context["steps"] = screens.steps(2 if upload.state == UploadState.STAGING else 3, STEPS, {})
    part = request.headers.get("HX-Request") and "_parts/progress.html"
    if part:
        context |= {"id": "import-progress", "value": done, "max": context["whole"], "poll_url": request.path}
    return render(request, part or "intake/waiting.html", context)


def _described(upload: Upload) -> Any:
    def describe(row: StagedRow) -> tuple[str, str]:
        code = code_of({"code": "", **row.values}, upload.answers).strip()
        title = " · ".join(text for text in (code, row.values.get("title", "")) if text)
        return title, " › ".join([upload.org_unit.name, *names_of(row.values)])

    return describe


def _tree(missing: list[list[str]]) -> list[dict[str, Any]]:
    """Return new units as nodes of a tree, the smaller below the larger."""
    top: dict[str, dict[str, Any]] = {}
    for *names, _kind in missing:
        node = top.setdefault(names[0], {"label": names[0], "children": []})
        if len(names) > 1:
            node["children"].append({"label": names[1]})
    for node in top.values():
        node["count"] = len(node["children"]) or None
    return list(top.values())


@require_POST
@staff_page(services.PERMISSION)
def answer(request: HttpRequest, pk: Any) -> HttpResponse:
    """Decide for a group of odd rows."""
    question = request.POST.get("question", "")
    services.answer_group(
        _upload(request, pk), question, request.POST.get("answer", ""), actor=request.user, now=timezone.now()
    )
    return redirect(f"{reverse('intake:detail', args=[pk])}?show=asked")


@require_POST
@staff_page(services.PERMISSION)
def units(request: HttpRequest, pk: Any) -> HttpResponse:
    """Decide about units the file names and we lack."""
    upload = _upload(request, pk)
    services.answer_units(upload, request.POST.get("answer", ""), actor=request.user, now=timezone.now())
    return redirect("intake:detail", pk=pk)


@require_POST
@staff_page(services.PERMISSION)
def apply(request: HttpRequest, pk: Any) -> HttpResponse:
    """Take over what the preview showed."""
    upload, now = _upload(request, pk), timezone.now()
    try:
        if upload.row_count <= services.INLINE:
            services.run_import(upload, actor=request.user, now=now)
        else:
            services.begin_apply(upload, actor=request.user, now=now)
            tasks.take_over.delay_on_commit(upload_id=str(pk))
    except InvalidInput as error:
        for sentence in error.faults.values():
            messages.error(request, sentence)
    return redirect("intake:detail", pk=pk)


@require_POST
@staff_page(services.PERMISSION)
def abandon(request: HttpRequest, pk: Any) -> HttpResponse:
    """Set a file aside."""
    services.abandon_import(_upload(request, pk), actor=request.user, now=timezone.now())
    messages.info(request, _("The file was set aside. Nothing of it was taken over."))
    return redirect("intake:new")


@require_GET
@staff_page(services.PERMISSION)
def faulty(request: HttpRequest, pk: Any) -> HttpResponse:
    """Download the faulty rows with reasons."""
    upload = get_object_or_404(_uploads(request).defer(None), pk=pk)
    return screens.faulty_rows(upload)
