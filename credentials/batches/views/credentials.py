"""Pages of credentials: find them, read one, withdraw one."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from credentials.batches.forms import CredentialFilter, RevokeForm
from credentials.issuing import selectors, services
from credentials.issuing.models import Credential
from credentials.issuing.published import document_bytes
from credentials.issuing.states import CredentialState
from credentials.status import tasks as status_tasks
from credentials.withdrawal.models import Withdrawal
from institution.accounts.authz import allowed
from institution.accounts.doorways import staff_page

VIEW, REVOKE = "issuing.view_credential", "issuing.revoke_credential"
FIELDS = {"state": "state", "batch": "batch", "key": "signing_key", "signed_from": "signed_at__gte"}
REVOCABLE = (CredentialState.SIGNED, CredentialState.RELEASED)


def visible(request: HttpRequest) -> Any:
    return Credential.objects.visible_to(request.user, now=timezone.now()).defer("document")


def filtered(request: HttpRequest, data: Any) -> Any:
    """Return what the filter in some data (an address or a form) finds, and the filter's own words."""
    form, found = CredentialFilter(data), visible(request)
    if not form.is_valid():
        return form, found.none()
    for name, field in FIELDS.items():
        if form.cleaned_data[name]:
            found = found.filter(**{field: form.cleaned_data[name]})
    return form, selectors.credentials_like(found, form.cleaned_data["q"])


@staff_page(VIEW)
@require_GET
def credential_list(request: HttpRequest) -> HttpResponse:
    """Show credentials, newest first, filtered as the address says."""
    form, found = filtered(request, request.GET)
    rows = found.select_related("recipient", "org_unit", "achievement_version").defer(
        "document", "achievement_version__document", "achievement_version__image"
    )
    page = Paginator(rows.order_by("-valid_from", "id"), 50).get_page(request.GET.get("page"))
    words = {name: request.GET[name] for name in ("q", *FIELDS) if request.GET.get(name)}
    context = {
        "form": form,
        "page": page,
        "chosen": bool(words),
        "query": urlencode(words),
        "may_revoke": allowed(request.user, REVOKE, None, now=timezone.now()),
        "revocable": REVOCABLE,
        "orders": Withdrawal.objects.visible_to(request.user, now=timezone.now()).unfinished(),
    }
    return render(request, "issuing/credentials.html", context)


@staff_page(VIEW)
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one credential: what it says, what happened to it, what it replaced or what replaced it."""
    credential = _credential(request, pk)
    earlier, later = selectors.chain_of(credential)
    context = {
        "credential": credential,
        "earlier": earlier,
        "later": later,
        "history": _history(credential),
        "may_revoke": credential.state in REVOCABLE
        and allowed(request.user, REVOKE, credential, now=timezone.now()),
    }
    return render(request, "issuing/credential.html", context)


@staff_page(VIEW)
@require_GET
def document(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the signed document, byte for byte."""
    credential = get_object_or_404(
        Credential.objects.visible_to(request.user, now=timezone.now()).exclude(document=""), pk=pk
    )
    answer = HttpResponse(document_bytes(credential), content_type="application/vc+ld+json")
    answer["Content-Disposition"] = f'attachment; filename="{credential.pk}.json"'
    return answer


@staff_page(REVOKE)
@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for reason and note, then withdraw one credential."""
    credential = _credential(request, pk)
    form = RevokeForm(request.POST or None)
    back = reverse("issuing:credential", args=[pk])
    if form.is_valid():
        count = services.revoke_credentials(
            [credential], **form.cleaned_data, actor=request.user, now=timezone.now()
        )
        status_tasks.publish_soon()
        done = ngettext("%(n)s credential is withdrawn.", "%(n)s credentials are withdrawn.", count)
        messages.success(request, done % {"n": intcomma(count)})
        return redirect(back)
    n = int(credential.state in REVOCABLE and allowed(request.user, REVOKE, credential, now=timezone.now()))
    context = {"form": form, "count": n, "action": _("Revoke 1 credential"), "back_url": back}
    status = 400 if form.errors else 200
    return render(request, "issuing/revoke.html", context | {"credential": credential}, status=status)


def _credential(request: HttpRequest, pk: UUID) -> Credential:
    found = visible(request).select_related(
        "recipient", "org_unit", "batch", "row", "status_list__profile", "signing_key__profile",
        "achievement_version__offering_version__offering", "revoked_by", "supersedes__achievement_version",
    )  # fmt: skip
    found = found.defer(
        "document", "achievement_version__document", "achievement_version__image", "status_list__document"
    )
    credential: Credential = get_object_or_404(found, pk=pk)
    return credential


def _history(credential: Credential) -> list[dict[str, Any]]:
    """Return what happened, newest first, for the timeline."""
    batch = credential.batch
    steps = [
        (credential.valid_from, "clock", _("Number and status entry reserved"), None, ""),
        (credential.signed_at, "check", _("Signed"), batch.confirmed_by, ""),
        (credential.released_at, "mail", _("Released"), batch.released_by, ""),
        (
            credential.revoked_at,
            "ban",
            _("Replaced") if credential.state == CredentialState.SUPERSEDED else _("Withdrawn"),
            credential.revoked_by,
            credential.revocation_note,
        ),
    ]
    return [
        {"at": at, "icon": icon, "words": words, "who": who, "said": said}
        for at, icon, words, who, said in reversed(steps)
        if at
    ]
