"""The record signed as a whole: what goes in, and the signed files so far (Comprehensive Learner Record)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from credentials.clr.models import ComposedRecord
from credentials.clr.services import ask_for_record
from credentials.clr.states import ClrState
from credentials.clr.tasks import sign_waiting
from institution.errors import RegistryError
from learners.records import reading
from learners.records.views.record import file_answer, learner_page

SHOWN = 10


@require_http_methods(["GET", "HEAD", "POST"])
@learner_page
def clr(request: HttpRequest) -> HttpResponse:
    """Choose what goes into one signed file; a worker signs it in a moment."""
    now = timezone.now()
    mine = reading.credentials_of(request.learner)  # type: ignore[attr-defined]
    valid = [one for one in mine if reading.state_of(one, now=now)[0] == "valid"]
    fault = ""
    if request.method == "POST":
        ids = set(request.POST.getlist("credential"))
        chosen = [one for one in valid if str(one.pk) in ids]
        try:
            asked = ask_for_record(chosen, partial=len(chosen) < len(valid), actor=request.user, now=now)  # type: ignore[arg-type]
        except RegistryError as error:
            fault = str(error)
        else:
            sign_waiting.delay_on_commit()
            there = asked.state == ClrState.SIGNED  # the same choice gives the same file
            words = (
                _("You have this file already: it stands below.")
                if there
                else _("Your signed record is being made.")
            )
            messages.success(request, words)
            return redirect("records:clr")
    made = ComposedRecord.objects.filter(asked_by=request.user.pk).exclude(state=ClrState.ERASED)
    page = {
        "cards": [reading.card_of(one, now=now) | {"pk": one.pk} for one in valid],
        "made": reading.with_counts(made)[:SHOWN],
        "waiting": made.filter(state=ClrState.WAITING).exists(),
        "fault": fault,
        "section": "record",
    }
    return render(request, "records/clr.html", page, status=422 if fault else 200)


@require_safe
@learner_page
def clr_file(request: HttpRequest, pk: Any) -> HttpResponse:
    """The signed text of one of my records, byte for byte."""
    mine = ComposedRecord.objects.filter(asked_by=request.user.pk, state=ClrState.SIGNED)
    found = mine.filter(pk=pk).first()
    if found is None:
        raise Http404
    return file_answer(found.document.encode(), "application/vc+ld+json", f"record-{str(found.urn)[:8]}.json")
