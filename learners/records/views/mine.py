"""What a learner may say and set about the record: something is wrong, my name, my language."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from credentials.issuing.models import Credential
from learners.records import services
from learners.records.forms import HelpForm, SettingsForm
from learners.records.limits import spend
from learners.records.models import HelpRequest, Learner
from learners.records.views.record import learner_page

MEANINGS = {
    HelpRequest.Kind.NOT_ME: gettext_lazy(
        "Everything issued to this name leaves your record. The college looks for the right person."
    ),
    HelpRequest.Kind.WRONG_NAME: gettext_lazy("Write below how your name is spelled."),
    HelpRequest.Kind.WRONG_ADDRESS: gettext_lazy("Write below where messages should go."),
    HelpRequest.Kind.OTHER: gettext_lazy("A date, a result, a missing credential: write below what you see."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@learner_page
def help_(request: HttpRequest, pk: Any) -> HttpResponse:
    """Say what is wrong with one credential: the name, the person, something else."""
    learner: Learner = request.learner  # type: ignore[attr-defined]
    mine = Credential.objects.out_in_the_world().filter(
        recipient__claims__learner=learner, recipient__claims__ended_at__isnull=True, pk=pk
    )
    one = mine.select_related("recipient", "achievement_version").defer("document").first()
    if one is None:
        raise Http404
    form = HelpForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _ask(request, one, learner, **form.cleaned_data)
    page = {
        "credential": one,
        "form": form,
        "help": MEANINGS,
        "said": one.recipient.name,
        "section": "record",
    }
    return render(request, "records/help.html", page, status=400 if form.errors else 200)


def _ask(request: HttpRequest, one: Credential, learner: Learner, *, kind: str, text: str) -> HttpResponse:
    now = timezone.now()
    if kind == HelpRequest.Kind.NOT_ME:
        services.say_not_me(one.recipient, learner=learner, now=now)
        messages.success(request, _("It left your record. The college was told."))
        return redirect("records:record")
    services.ask_for_help(one.recipient, kind=kind, text=text, credential=one, learner=learner, now=now)
    messages.success(request, _("The help desk was told. A person will look at it."))
    return redirect("records:credential", pk=one.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@learner_page
def my_settings(request: HttpRequest) -> HttpResponse:
    """The name the record shows, the language, and where addresses and sign-in are kept."""
    learner: Learner = request.learner  # type: ignore[attr-defined]
    language = learner.user.language or (translation.get_language() or "en")[:2]
    known = {"name": learner.preferred_name, "language": language}
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method != "POST" or not form.is_valid():
        page = {"form": form, "section": ""}
        return render(request, "records/settings.html", page, status=400 if form.errors else 200)
    services.change_settings(learner, **form.cleaned_data, now=timezone.now())
    with translation.override(form.cleaned_data["language"]):
        messages.success(request, _("Saved."))
    answer = redirect(reverse("records:settings"))
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES:  # an older choice in this browser would win
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, form.cleaned_data["language"], samesite="Lax", httponly=True
        )
    return answer


@require_POST
@login_required
def send_link(request: HttpRequest) -> HttpResponse:
    """Send fresh links for what waits at my own addresses; says the same whether or not something does."""
    spend(request, "claim-again", most=30, seconds=600)
    services.send_missing_links(request.user, now=timezone.now())
    messages.success(request, _("If something waits at your address, a link is on its way there."))
    return redirect("records:record")
