"""The learner's pages: links, a new one, one of them, and consents to partners."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from institution.errors import InvalidInput, RegistryError
from learners.records.models import Learner
from learners.sharing import selectors, services, shown
from learners.sharing.forms import ExtendForm, SetPassphraseForm, ShareForm, add_faults
from learners.sharing.models import Consent, ShareLink
from learners.sharing.states import Access, LinkState
from learners.sharing.visitors import words_for

PER_PAGE = 25
View = Callable[..., HttpResponse]
_ICONS = {Access.OPENED: "eye", Access.DOWNLOADED: "download", Access.REFUSED: "lock", Access.FETCHED: "gear"}


def learner_page(view: View) -> View:
    """Let in who is signed in; who has claimed nothing yet reads how to."""

    @login_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        learner = selectors.learner_of(request.user)
        if learner is None:
            return render(
                request, "records/nothing.html", {"section": "share"}, status=404 if kwargs else 200
            )
        return view(request, learner, *args, **kwargs)

    return guarded


@learner_page
@require_safe
def link_list(request: HttpRequest, learner: Learner) -> HttpResponse:
    """List the learner's links: with whom, until when, how often they were opened."""
    now = timezone.now()
    page = Paginator(selectors.links_of(learner), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "share",
        "page": page,
        "rows": [{"link": link, "state": link.state(now=now)} for link in page],
        "open_count": selectors.open_links_count(learner, now=now),
        "partner_count": Consent.objects.of(learner).to_partners().in_force(now).count(),
    }
    return render(request, "sharing/list.html", context)


@learner_page
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, learner: Learner) -> HttpResponse:
    """Ask what and with whom; show what they will see; make the link."""
    shareable = list(selectors.shareable(learner))
    if request.method != "POST":
        return _ask(
            request, ShareForm(shareable=shareable, initial=_chosen_before(request, shareable)), shareable
        )
    form = ShareForm(request.POST, shareable=shareable)
    step = request.POST.get("step")
    if step == "change":
        return _ask(request, ShareForm(shareable=shareable, initial=_given(request)), shareable)
    if not form.is_valid():
        return _ask(request, form, shareable)
    secret = SetPassphraseForm(request.POST if step == "create" else None)
    if step == "create" and secret.is_valid():
        try:
            return redirect("sharing:detail", pk=_make(request, learner, form, secret).pk)
        except InvalidInput as error:
            if not set(error.faults) <= set(secret.fields):
                add_faults(form, error)
                return _ask(request, form, shareable)
            add_faults(secret, error)
    return _preview(request, learner, form, secret)


def _ask(request: HttpRequest, form: ShareForm, shareable: list[Any]) -> HttpResponse:
    lines = {
        str(one.pk): " · ".join(
            [str(one.achievement_version.offering_version.get_kind_display()), date_format(one.awarded_on)]
        )
        for one in shareable
    }
    return render(request, "sharing/create.html", {"section": "share", "form": form, "lines": lines})


def _chosen_before(request: HttpRequest, shareable: list[Any]) -> dict[str, Any]:
    """Return what the address asks to be ticked: all, or the credentials it names."""
    named = set(request.GET.getlist("credential"))
    ticked = [str(one.pk) for one in shareable if "all" in request.GET or str(one.pk) in named]
    return {"credentials": ticked, "days": "30"}


def _given(request: HttpRequest) -> dict[str, Any]:
    return {
        "credentials": request.POST.getlist("credentials"),
        "audience": request.POST.get("audience", ""),
        "days": request.POST.get("days", "30"),
    }


def _preview(
    request: HttpRequest, learner: Learner, form: ShareForm, secret: SetPassphraseForm
) -> HttpResponse:
    now = timezone.now()
    chosen = selectors.chosen_of(learner, map(uuid.UUID, form.cleaned_data["credentials"]))
    context = {
        "section": "share",
        "form": form,
        "secret": secret,
        "link_id": _link_id(request) or uuid.uuid4(),
        "shown": shown.page_of(chosen, name=learner.preferred_name, now=now),
        "audience": form.cleaned_data["audience"],
        "until": now + timedelta(days=form.cleaned_data["days"]),
        "now": now,
        "preview": True,
    }
    return render(request, "sharing/preview.html", context)


def _link_id(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("link", ""))
    except ValueError:
        return None


def _make(request: HttpRequest, learner: Learner, form: ShareForm, secret: SetPassphraseForm) -> ShareLink:
    now = timezone.now()
    link = services.create_link(
        learner,
        selectors.chosen_of(learner, map(uuid.UUID, form.cleaned_data["credentials"])),
        audience=form.cleaned_data["audience"],
        expires_at=now + timedelta(days=form.cleaned_data["days"]),
        passphrase=secret.cleaned_data["passphrase"],
        now=now,
        link_id=_link_id(request),
    )
    messages.success(request, _("Link created. Nobody has it yet: copy it and send it."))
    return link


def _mine(learner: Learner, pk: uuid.UUID) -> ShareLink:
    return get_object_or_404(selectors.links_of(learner), pk=pk)


@learner_page
@require_safe
def detail(request: HttpRequest, learner: Learner, pk: uuid.UUID) -> HttpResponse:
    """Show one link: the address to send, what it shows, who opened it."""
    link, now = _mine(learner, pk), timezone.now()
    state = link.state(now=now)
    token = services.token_of(link)
    context = {
        "section": "share",
        "link": link,
        "state": state,
        "is_open": state is LinkState.OPEN,
        "url": settings.PORTAL_ORIGIN + reverse("sharing:shared", args=[token]) if token else "",
        "items": selectors.items_of(link),
        "events": [_event(line) for line in selectors.accesses_of(link)],
        "extend": ExtendForm(),
    }
    return render(request, "sharing/detail.html", context)


def _event(line: Any) -> dict[str, Any]:
    words = Access(line.what).label if line.what in Access.values else line.what
    return {
        "icon": _ICONS.get(line.what, "dot"),
        "words": words,
        "who": words_for(line.visitor),
        "at": line.at,
    }


@learner_page
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, learner: Learner, pk: uuid.UUID) -> HttpResponse:
    """Ask once, then take the link back."""
    link = _mine(learner, pk)
    if request.method == "POST":
        services.revoke_link(link, learner=learner, now=timezone.now())
        messages.success(request, _("Link taken back. It shows nothing from now on."))
        return redirect("sharing:detail", pk=pk)
    return render(request, "sharing/revoke.html", {"section": "share", "link": link})


@learner_page
@require_POST
def extend(request: HttpRequest, learner: Learner, pk: uuid.UUID) -> HttpResponse:
    """Let the link hold longer."""
    link, form = _mine(learner, pk), ExtendForm(request.POST)
    if form.is_valid():
        now = timezone.now()
        try:
            end = now + timedelta(days=form.cleaned_data["days"])
            link = services.extend_link(link, expires_at=end, learner=learner, now=now)
            messages.success(
                request, _("Link extended until %(day)s.") % {"day": date_format(link.expires_at)}
            )
        except InvalidInput as error:
            messages.error(request, " ".join(str(fault) for fault in error.faults.values()))
        except RegistryError as error:
            messages.error(request, str(error))
    return redirect("sharing:detail", pk=pk)


@learner_page
@require_http_methods(["GET", "HEAD", "POST"])
def consents(request: HttpRequest, learner: Learner) -> HttpResponse:
    """List the systems that may read the learner's credentials; end one on POST."""
    given, now = selectors.partner_consents(learner), timezone.now()
    if request.method == "POST":
        one = get_object_or_404(given, pk=_uuid_or_404(request.POST.get("consent", "")))
        services.withdraw_consent(one, learner=learner, now=now)
        messages.success(request, _("Consent withdrawn. They can read nothing more."))
        return redirect("sharing:consents")
    page = Paginator(given, PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"consent": one, "state": _consent_state(one, now)} for one in page]
    return render(request, "sharing/consents.html", {"section": "share", "page": page, "rows": rows})


def _uuid_or_404(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


def _consent_state(consent: Consent, now: Any) -> LinkState:
    if consent.withdrawn_at is not None:
        return LinkState.REVOKED
    return LinkState.OPEN if consent.until > now else LinkState.EXPIRED
