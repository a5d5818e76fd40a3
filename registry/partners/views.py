"""Pages of partner systems, for administrators."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from institution.accounts.authz import where_allowed
from institution.accounts.doorways import staff_page
from institution.accounts.models import OrgUnit
from institution.errors import InvalidInput
from institution.events.services import history_of
from registry.partners import services
from registry.partners.forms import ClientForm, NewClientForm
from registry.partners.models import PartnerClient
from registry.partners.scopes import all_scopes
from registry.partners.services import MANAGE

PAGE_SIZE = 50
WORDS = {
    "partner.created": _l("Let in"),
    "partner.changed": _l("Changed"),
    "partner.secret_renewed": _l("New secret"),
    "partner.disabled": _l("Switched off"),
    "partner.enabled": _l("Switched on"),
}
STEPS: dict[str, dict[str, Any]] = {
    "renew": {
        "title": _l("Give a new secret"),
        "sentence": _l(
            "The old secret stops working at once, and all tokens end. The new one is shown once."
        ),
        "action": _l("Give a new secret"),
        "danger": True,
    },
    "disable": {
        "title": _l("Switch the partner off"),
        "sentence": _l("Its tokens end at once and it gets no more, until you switch it on again."),
        "action": _l("Switch the partner off"),
        "done": _l("The partner is switched off."),
        "verb": services.disable_client,
        "danger": True,
    },
    "enable": {
        "title": _l("Switch the partner on"),
        "sentence": _l("It may ask for tokens again, with the secret it had."),
        "action": _l("Switch the partner on"),
        "done": _l("The partner is switched on."),
        "verb": services.enable_client,
    },
}


@staff_page(MANAGE)
@require_safe
def client_list(request: HttpRequest) -> HttpResponse:
    """Show the partner systems of the units that this person looks after."""
    found = PartnerClient.objects.visible_to(request.user, now=timezone.now()).select_related("org_unit")
    page = Paginator(found.order_by("name", "id"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "partners/list.html", {"page": page})


@staff_page(MANAGE)
@never_cache
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Let a partner system in, and show its secret this once."""
    now = timezone.now()
    mine = where_allowed(request.user, MANAGE, "path", now=now)
    form = NewClientForm(request.POST or None, units=OrgUnit.objects.open().filter(mine).order_by("path"))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            client, secret = services.create_client(
                values.pop("name"), org_unit=values.pop("unit"), actor=request.user, now=now, **values
            )
        except InvalidInput as error:
            _add_faults(form, error)
        else:
            return _show_secret(request, client, secret)
    return render(request, "partners/create.html", {"form": form})


@staff_page(MANAGE)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change what is said of a partner, and what it may do."""
    client = _client(request, pk)
    start = {key: getattr(client, key) for key in services.WORDS} | {"scopes": client.scopes}
    form = ClientForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_client(client, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except InvalidInput as error:
            _add_faults(form, error)
        else:
            messages.success(request, _("The changes are saved."))
            return redirect("partners:detail", pk=client.pk)
    return render(request, "partners/edit.html", {"form": form, "client": client})


@staff_page(MANAGE)
@require_safe
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one partner: who it is, what it may do, what happened to it."""
    client = _client(request, pk)
    names = all_scopes()
    events = [
        {"icon": "key", "words": WORDS.get(event.kind, event.kind), "who": event.actor, "at": event.at}
        for event in history_of(client)[:20]
    ]
    context = {
        "client": client,
        "scopes": [(scope, names.get(scope, scope)) for scope in client.scopes],
        "events": events,
        "token_url": request.build_absolute_uri(reverse("partners:token")),
    }
    return render(request, "partners/detail.html", context)


@staff_page(MANAGE)
@never_cache
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, pk: UUID, step: str) -> HttpResponse:
    """Ask once, then renew the secret, or switch a partner off or on."""
    client, words = _client(request, pk), STEPS[step]
    if request.method == "POST":
        if step == "renew":
            secret = services.rotate_secret(client, actor=request.user, now=timezone.now())
            return _show_secret(request, client, secret)
        words["verb"](client, actor=request.user, now=timezone.now())
        messages.success(request, str(words["done"]))
        return redirect("partners:detail", pk=client.pk)
    context = {"client": client, "back_url": reverse("partners:detail", args=[client.pk])} | {
        key: words.get(key) for key in ("title", "sentence", "action", "danger")
    }
    return render(request, "partners/step.html", context)


def _show_secret(request: HttpRequest, client: PartnerClient, secret: str) -> HttpResponse:
    """Answer with the page that shows a secret; it stands nowhere else, and no address leads back."""
    context = {
        "client": client,
        "secret": secret,
        "token_url": request.build_absolute_uri(reverse("partners:token")),
    }
    return render(request, "partners/secret.html", context)


def _add_faults(form: ClientForm, error: InvalidInput) -> None:
    for name, sentence in error.faults.items():
        form.add_error(name, sentence)


def _client(request: HttpRequest, pk: UUID) -> PartnerClient:
    found = PartnerClient.objects.visible_to(request.user, now=timezone.now())
    return get_object_or_404(found.select_related("org_unit", "service_user", "system"), pk=pk)
