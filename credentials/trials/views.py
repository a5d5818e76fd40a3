"""Pages of trials: asked once, then looked at row by row, with files to carry away."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from credentials.issuing.models import IssuanceBatch
from credentials.trials import files, services
from credentials.trials.documents import TRIAL_DAYS
from credentials.trials.models import TRY, Trial, TrialDocument
from institution.accounts.doorways import staff_page

MAKERS: dict[str, tuple[str, Callable[[TrialDocument], bytes]]] = {
    "json": ("application/ld+json", lambda one: one.document.encode()),
    "pdf": ("application/pdf", files.paper),
    "png": ("image/png", files.picture),
}


@staff_page(TRY)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what a trial is, then make one."""
    now = timezone.now()
    batch = get_object_or_404(IssuanceBatch.objects.visible_to(request.user, now=now), pk=pk)
    if request.method == "POST":
        trial = services.try_batch(batch, actor=request.user, now=now)
        messages.success(request, _("The trial is made. Nobody was told of it."))
        return redirect("trials:detail", pk=trial.pk)
    sentence = _(
        "%(rows)s It is signed with a key that is for trials only. Nobody is told, nothing counts, and the "
        "trial ends after %(days)d days. The batch stays as it is."
    ) % {"rows": _which_rows(services.rows_to_try(batch).count()), "days": TRIAL_DAYS}
    context = {
        "batch": batch,
        "title": _("Try the batch out"),
        "sentence": sentence,
        "action": _("Make the trial"),
        "danger": False,
        "back_url": reverse("issuing:detail", args=[batch.pk]),
    }
    return render(request, "issuing/step.html", context)


@staff_page(TRY)
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what the trial made of each row."""
    trial = get_object_or_404(_visible(request).select_related("batch", "made_by"), pk=pk)
    lines = [_line(one) for one in trial.documents.select_related("achievement_version").order_by("line")]
    signed = sum(bool(one["title"]) for one in lines)
    context = {
        "trial": trial,
        "lines": lines,
        "rest": max(0, services.rows_to_try(trial.batch).count() - len(lines)) if lines else 0,
        "sentence": ngettext(
            "%(n)d row became a document. It is no credential.",
            "%(n)d rows became documents. None is a credential.",
            signed,
        )
        % {"n": signed},
    }
    return render(request, "trials/detail.html", context)


@staff_page(TRY)
@require_GET
def file(request: HttpRequest, pk: UUID, line: int, kind: str) -> HttpResponse:
    """Give one document as a file: the signed text, a paper or a picture that carries it."""
    if kind not in MAKERS:
        raise Http404
    found = TrialDocument.objects.filter(trial__in=_visible(request)).exclude(document="")
    one = get_object_or_404(found.select_related("trial", "achievement_version"), trial=pk, line=line)
    content_type, make = MAKERS[kind]
    answer = HttpResponse(make(one), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="trial-{one.line}.{kind}"'
    return answer


def _which_rows(total: int) -> str:
    """Say which rows a trial is made of, and why not of all where it is not."""
    if total <= services.MOST_ROWS:
        words = ngettext(
            "A trial is made of the one row that asks for a credential.",
            "A trial is made of all %(n)d rows that ask for a credential.",
            total,
        )
        return words % {"n": total}
    words = _(
        "A trial is made of %(most)d of the %(n)s rows, in turn from each achievement, so that each kind of "
        "document is seen. More are not made: every row was checked when the file was read."
    )
    return words % {"most": services.MOST_ROWS, "n": intcomma(total)}


def _visible(request: HttpRequest) -> Any:
    return Trial.objects.visible_to(request.user, now=timezone.now())


def _line(one: TrialDocument) -> dict[str, Any]:
    said = json.loads(one.document) if one.document else {}
    return {
        "line": one.line,
        "title": said.get("name", ""),
        "name": said.get("credentialSubject", {}).get("name", ""),
        "faults": one.faults,
    }
