"""The public page: what was given is checked and shown, and nothing of it is kept."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from credentials.checks.examine import refused
from credentials.checks.report import Report
from credentials.reading import incoming
from credentials.verification import links, services, tasks
from credentials.verification.errors import TooManyChecks
from credentials.verification.forms import VerifyForm
from credentials.verification.limits import spend
from credentials.verification.rows import overview

Documents = list[tuple[str, bytes]]


@csrf_exempt  # changes nothing and needs no session: any site may post a credential here
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Show the form; on POST, the reports of what was given."""
    if request.method != "POST":
        return render(request, "verification/verify.html", {"form": VerifyForm(), "section": "verify"})
    form = VerifyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form_again(request, form, 200)
    try:
        spend(request, max(1, len(form.cleaned_data["documents"])))
    except TooManyChecks as error:
        form.add_error(None, str(error))
        return _form_again(request, form, error.status)
    documents, reports = _gather(form.cleaned_data)
    recipient = form.cleaned_data["recipient"]
    if any(len(text) > incoming.WEB_BYTES for _label, text in documents):
        ticket = tasks.hand_over(documents, recipient=recipient, now=timezone.now())
        return redirect("verification:report", ticket=ticket)
    now = timezone.now()
    reports += services.verify_many(documents, now=now, expected_recipient=recipient, follow=links.Follower())
    services.count(reports, now=now)
    return _show(request, reports)


@never_cache
@require_safe
def report(request: HttpRequest, ticket: str) -> HttpResponse:
    """Show what a worker found, or that it is still at it. Raises ReportGone, CheckCutOff."""
    reports = tasks.look(ticket, now=timezone.now())
    if reports is not None:
        return _show(request, reports)
    response = render(request, "verification/waiting.html", {"section": "verify", "ticket": ticket})
    response["Refresh"] = "2"
    return response


def _gather(cleaned: dict[str, Any]) -> tuple[Documents, list[Report]]:
    """Return the documents to check, and reports on what could not even be opened."""
    documents: Documents = [(str(file.name), file.read()) for file in cleaned["documents"]]
    text = cleaned["text"].strip()
    link = incoming.link_in(text)
    if link:
        try:
            documents.append((_("The link"), links.follow(link)))
        except incoming.NotRead as error:
            return documents, [refused(error.sentence, verdict=error.verdict, advice=error.advice)]
    elif text:
        documents.append((_("The text"), text.encode("utf-8", "replace")))
    return documents, []


def _form_again(request: HttpRequest, form: VerifyForm, status: int) -> HttpResponse:
    return render(request, "verification/verify.html", {"form": form, "section": "verify"}, status=status)


def _show(request: HttpRequest, reports: list[Report]) -> HttpResponse:
    context = {"reports": reports, "form": VerifyForm(), "section": "verify", "now": timezone.now()}
    if len(reports) == 1:
        return render(request, "verification/result.html", context | {"report": reports[0]})
    return render(request, "verification/results.html", context | overview(reports))
