"""Pages of batches: the list, one batch in every state of its life, its steps, its report."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from credentials.batches import pages
from credentials.batches.forms import BatchFilter
from credentials.batches.report import report_pdf
from credentials.issuing import selectors, services, tasks
from credentials.issuing.models import IssuanceBatch
from credentials.issuing.states import BatchState
from credentials.status import tasks as status_tasks
from credentials.trials.models import TRY, Trial
from institution.accounts.authz import allowed
from institution.accounts.doorways import staff_page
from institution.imports.models import Upload

OPEN = "batches.open"
SHOWN = 12  # achievements; more are folded, so that the rows stay near
MOVING = (BatchState.READING, BatchState.QUEUED, BatchState.CANCELING)
WATCHED = (*MOVING, BatchState.PAUSED)
VERBS: dict[str, Any] = {
    "confirm": services.confirm_batch,
    "pause": services.pause_batch,
    "resume": services.resume_batch,
    "cancel": services.cancel_batch,
    "release": services.release_batch,
    "undo": services.undo_batch,
}
DONE = {
    "confirm": gettext_lazy("Confirmed. Signing has begun."),
    "pause": gettext_lazy("Paused. Nothing more is signed until you resume."),
    "resume": gettext_lazy("Signing goes on."),
    "cancel": gettext_lazy("Canceled. Nothing more is signed."),
    BatchState.CANCELING: gettext_lazy(
        "Canceling. Rows that are being signed this moment are finished first."
    ),
    "release": gettext_lazy("Released. The people are told now."),
    "undo": gettext_lazy("Undone. The signed credentials are withdrawn, and nobody was told."),
}


def visible(request: HttpRequest) -> Any:
    """Return the batches this person may see."""
    return IssuanceBatch.objects.visible_to(request.user, now=timezone.now()).select_related(
        "org_unit", "created_by", "confirmed_by", "released_by"
    )


@staff_page(OPEN)
@require_GET
def batch_list(request: HttpRequest) -> HttpResponse:
    """Show batches, newest first, with what waits in each."""
    form = BatchFilter(request.GET)
    found = visible(request)
    if form.is_valid():
        if form.cleaned_data["q"]:
            found = found.filter(title__icontains=form.cleaned_data["q"])
        if form.cleaned_data["state"]:
            found = found.filter(state=form.cleaned_data["state"])
    page = Paginator(found.order_by("-created_at", "id"), 30).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "chosen": any(request.GET.get(name) for name in ("q", "state")),
        "may_upload": allowed(request.user, "issuing.prepare_batch", None, now=timezone.now()),
    }
    return render(request, "issuing/list.html", context)


@staff_page(OPEN)
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one batch: the report to be read, the progress, what waits for release, or what came of it."""
    now, batch = timezone.now(), get_object_or_404(visible(request), pk=pk)
    found = pages.counts(batch)
    show = pages.chosen_list(request, found)
    steps = pages.open_steps(batch, request.user, now=now)
    page = pages.rows_page(request, batch, show, found[show])
    versions = selectors.versions_of(batch) if batch.state != BatchState.READING else []
    context = {
        "batch": batch,
        "counts": found,
        "show": show,
        "tabs": pages.tabs(batch, show, found),
        "page": page,
        "changes": {row.pk: pages.changes_of(row) for row in page},
        "versions": versions,
        "fold": len(versions) > SHOWN,
        "steps": steps,
        "buttons": [_button(batch, name, name == steps[0]) for name in steps],
        "trial": Trial.objects.standing().filter(batch=batch).first(),
        "may_try": batch.state == BatchState.DRAFT and allowed(request.user, TRY, batch, now=now),
        "progress": _progress(batch, now),
        "sentence": _sentence(batch, found),
        "hold_until": _held(batch, now),
        "history": pages.history(batch),
    }
    return render(request, "issuing/detail.html", context)


@staff_page(OPEN)
@require_GET
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the moving figures; ask for the whole page once they stand still, or somebody else took a step."""
    batch = get_object_or_404(visible(request), pk=pk)
    answer = render(
        request, "issuing/_progress.html", {"batch": batch, "progress": _progress(batch, timezone.now())}
    )
    seen = request.GET.get("seen", "")  # the state of the page that asks
    if batch.state != seen if seen in WATCHED else batch.state not in MOVING:
        answer["HX-Refresh"] = "true"
    return answer


@staff_page(OPEN)
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, pk: UUID, step: str) -> HttpResponse:
    """Ask once, naming what is done; then take the step."""
    batch = get_object_or_404(visible(request), pk=pk)
    if request.method == "POST":
        changed = VERBS[step](batch, actor=request.user, now=timezone.now())
        if step in ("confirm", "resume"):
            tasks.start_signing(batch.pk)
        if step == "cancel":
            tasks.stop_signing(batch.pk)
        if step in ("undo", "release"):
            status_tasks.publish_soon()
        messages.success(request, str(DONE.get(changed.state, DONE[step])))
        return redirect("issuing:detail", pk=batch.pk)
    words = _words(batch, step)
    context = {
        "batch": batch,
        **words,
        "danger": step in ("undo", "cancel"),
        "back_url": reverse("issuing:detail", args=[batch.pk]),
    }
    return render(request, "issuing/step.html", context)


@staff_page(OPEN)
@require_GET
def faulty(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Give the rows that need somebody as a file, to be corrected and uploaded again."""
    batch = get_object_or_404(visible(request), pk=pk)
    answer = StreamingHttpResponse(pages.faulty_csv(batch), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="rows-that-need-you.csv"'
    return answer


@staff_page(OPEN)
@require_GET
def report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the batch report to file away."""
    batch = get_object_or_404(visible(request), pk=pk)
    answer = HttpResponse(report_pdf(batch, now=timezone.now()), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="batch-{batch.pk}.pdf"'
    return answer


def _button(batch: IssuanceBatch, name: str, first: bool) -> dict[str, Any]:
    look = pages.STEPS[name][1]
    return {
        "label": _words(batch, name)["action"],
        "url": reverse("issuing:step", args=[batch.pk, name]),
        "look": "danger" if look == "danger" else ("primary" if first and look == "primary" else ""),
    }


def _progress(batch: IssuanceBatch, now: Any) -> dict[str, Any] | None:
    """Return the words and figures of the progress part; None where nothing moves."""
    if batch.state == BatchState.READING:
        total = Upload.objects.filter(pk=batch.upload_id).values_list("row_count", flat=True).first()
        return {"label": _("Reading the file"), "value": batch.row_count, "max": total or 1, "rest": ""}
    if batch.state not in WATCHED:
        return None
    seen = selectors.progress(batch, now=now)
    label = ngettext("%(n)s row signed", "%(n)s rows signed", seen.signed) % {"n": intcomma(seen.signed)}
    return {"label": label, "value": seen.done, "max": seen.total, "rest": _rest(batch, seen), "seen": seen}


def _rest(batch: IssuanceBatch, seen: selectors.Progress) -> str:
    if batch.state == BatchState.PAUSED:
        rows = seen.total - seen.done
        return ngettext("%(n)s row is left.", "%(n)s rows are left.", rows) % {"n": intcomma(rows)}
    if batch.state == BatchState.CANCELING:
        return _("Canceling. Rows that are being signed this moment are finished first.")
    if seen.error:
        return _("Signing waits: %(code)s. It goes on by itself once that is mended.") % {"code": seen.error}
    if seen.seconds_left is None:
        return _("Waiting for a worker.")
    rows = round(seen.rate) or 1
    rate = ngettext("%(n)s row a second", "%(n)s rows a second", rows) % {"n": intcomma(rows)}
    if seen.seconds_left < 60:
        return _("%(rate)s · less than a minute left") % {"rate": rate}
    left = ngettext("about %(n)d minute left", "about %(n)d minutes left", seen.minutes_left)
    return f"{rate} · {left % {'n': seen.minutes_left}}"


def _held(batch: IssuanceBatch, now: Any) -> Any:
    until = services.hold_until(batch) if batch.state == BatchState.SIGNED else None
    return until if until and until - now > timedelta(0) else None


def _sentence(batch: IssuanceBatch, found: dict[str, int]) -> str:
    """Return the answer first: what this batch wants of its reader."""
    needs = ngettext("%(n)s row needs you.", "%(n)s rows need you.", found["needs"]) % {
        "n": intcomma(found["needs"])
    }
    sentences = {
        BatchState.READING: _("The file is being read. Nothing is issued yet."),
        BatchState.DRAFT: _("Nothing is issued until you confirm."),
        BatchState.QUEUED: _("You can leave this page. Signing goes on."),
        BatchState.PAUSED: _("Nothing is signed until you resume."),
        BatchState.SIGNED: _("Signed. Nobody is told before you release."),
        BatchState.RELEASED: _("Released. The people were told."),
        BatchState.CANCELING: _("Nothing more is signed. You can leave this page."),
        BatchState.CANCELED: _("Canceled. What was signed before can be released or undone.")
        if batch.signed_count
        else _("Canceled. Nothing was signed."),
        BatchState.UNDONE: _("Undone before release. Nobody was told."),
    }
    said = str(sentences[BatchState(batch.state)])
    return f"{said} {needs}" if found["needs"] else said


def _words(batch: IssuanceBatch, step: str) -> dict[str, str]:
    """Return title, sentence and button of a step, with the figures of what it does."""
    n = batch.to_sign_count if step == "confirm" else batch.signed_count
    signs = ngettext("Sign %(n)s credential", "Sign %(n)s credentials", n) % {"n": intcomma(n)}
    releases = ngettext("Release %(n)s credential", "Release %(n)s credentials", n) % {"n": intcomma(n)}
    undoes = ngettext("Withdraw %(n)s credential", "Withdraw %(n)s credentials", n) % {"n": intcomma(n)}
    words = {
        "confirm": (_confirm_sentence(batch), signs),
        "pause": (_("Rows that are being signed this moment are finished first."), _("Pause signing")),
        "resume": (_("The rows that are left will be signed."), _("Resume signing")),
        "cancel": (
            _("What is signed already stays signed. The other rows are not signed."),
            _("Cancel what is not signed"),
        ),
        "release": (
            _("The people are told, and the credentials become public. This cannot be taken back quietly."),
            releases,
        ),
        "undo": (_("The signed credentials are withdrawn. Nobody is told of them."), undoes),
    }
    if batch.confirmed_at is None:
        words["cancel"] = (_("Nothing of this batch was signed, and nothing will be."), _("Cancel the batch"))
    sentence, action = words[step]
    return {"title": action, "sentence": sentence, "action": action}


def _confirm_sentence(batch: IssuanceBatch) -> str:
    parts = [
        ngettext("%(n)s new credential is signed", "%(n)s new credentials are signed", batch.issue_count)
        % {"n": intcomma(batch.issue_count)}
    ]
    if batch.correction_count:
        parts.append(
            ngettext("%(n)s replaces an earlier one", "%(n)s replace earlier ones", batch.correction_count)
            % {"n": intcomma(batch.correction_count)}
        )
    if batch.refused_count:
        parts.append(
            ngettext("%(n)s row is left out", "%(n)s rows are left out", batch.refused_count)
            % {"n": intcomma(batch.refused_count)}
        )
    return ", ".join(parts) + ". " + _("Nobody is told before the release.")
