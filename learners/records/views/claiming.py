"""The way to a record: a link from a message, opened on a phone, with one button that claims.

The address of these pages is a secret. `strict-origin` keeps it out of every Referer; `no-referrer`
would make browsers send `Origin: null` with the form, which no CSRF check can accept.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from credentials.issuing.models import Credential, Recipient
from credentials.issuing.states import CredentialState
from institution.errors import RegistryError
from learners.records import services
from learners.records.errors import (
    ClaimedBySomebodyElse,
    ClaimLinkExpired,
    ClaimLinkUsed,
    SignInFirst,
    WrongAnswer,
)
from learners.records.limits import spend
from learners.records.questions import question_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TRIES, TRIES_SECONDS = 300, 60
SHOWN = 6
View = Callable[..., HttpResponse]


def secret_page(view: View) -> View:
    """Keep a page that only its address protects out of caches, indexes and Referer headers."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            spend(request, "claim", most=TRIES, seconds=TRIES_SECONDS)
            answer = view(request, *args, **kwargs)
        except RegistryError as error:
            answer = _closed(request, error, **kwargs)
        answer["Referrer-Policy"] = "strict-origin"
        answer["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return guarded


@secret_page
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """Show what waits behind the link; its button claims it and leads to the record."""
    now = timezone.now()
    if request.method == "POST":
        user = request.user if request.user.is_authenticated else None
        try:
            learner = services.claim(token, user=user, now=now, answer=request.POST.get("answer", ""))
        except WrongAnswer as error:
            return _page(request, token, now, fault=str(error))
        if user is None:
            login(request, learner.user, backend=BACKEND)
        messages.success(request, _("This is your record now."))
        return redirect("records:record")
    return _page(request, token, now)


def _page(request: HttpRequest, token: str, now: datetime, *, fault: str = "") -> HttpResponse:
    link = services.open_claim_link(token, now=now)
    if not fault:
        services.check_tries(link.recipient, now=now)
    with translation.override(_language(request, link.recipient)):
        page = {"token": token, "fault": fault, "question": question_of(link.recipient)}
        page |= _waiting(link.recipient)
        return render(request, "records/claim.html", page, status=422 if fault else 200)


@secret_page
@require_http_methods(["GET", "HEAD", "POST"])
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once, then note that the message reached the wrong person."""
    now = timezone.now()
    link = services.open_claim_link(token, now=now)
    if request.method == "POST":
        services.say_not_me(link.recipient, learner=None, now=now)
        return render(request, "records/claim_not_me_done.html", {})
    return render(request, "records/claim_not_me.html", {"token": token})


@secret_page
@require_POST
def again(request: HttpRequest, token: str) -> HttpResponse:
    """Send a fresh link for an old one; says the same whether or not there was something to send."""
    spend(request, "claim-again", most=30, seconds=600)
    services.request_new_link(token, now=timezone.now())
    return render(request, "records/claim_again.html", {})


def _waiting(recipient: Recipient) -> dict[str, Any]:
    """Return how many credentials wait and what they are called; nothing that says whose they are."""
    found = Credential.objects.filter(recipient=recipient, state=CredentialState.RELEASED)
    names = found.order_by("-awarded_on", "pk").values_list("achievement_version__name", "language")
    count = len(names)
    return {"count": count, "titles": names[:SHOWN], "more": max(0, count - SHOWN)}


def _language(request: HttpRequest, recipient: Recipient) -> str:
    """Return the learner's language as the college knows it, unless this visitor chose one."""
    now = translation.get_language() or settings.LANGUAGE_CODE
    known = recipient.language[:2] if recipient.language[:2] in dict(settings.LANGUAGES) else ""
    return now if settings.LANGUAGE_COOKIE_NAME in request.COOKIES or not known else known


def _closed(request: HttpRequest, error: RegistryError, token: str = "") -> HttpResponse:
    context = {
        "error": error,
        "token": token,
        "old": isinstance(error, ClaimLinkExpired),
        "sign_in": isinstance(error, ClaimLinkUsed | SignInFirst),
        "taken": isinstance(error, ClaimedBySomebodyElse),
    }
    return render(request, "records/claim_closed.html", context, status=error.status)
