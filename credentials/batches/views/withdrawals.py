"""Pages of orders to withdraw many credentials: ask once, then show how far workers are."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from credentials.batches.forms import RevokeForm
from credentials.batches.views.credentials import FIELDS, REVOCABLE, REVOKE, VIEW, filtered, visible
from credentials.status.services import TTL_SECONDS
from credentials.withdrawal import services, tasks
from credentials.withdrawal.models import Withdrawal
from institution.accounts.authz import where_allowed
from institution.accounts.doorways import staff_page

KEPT = ("q", *FIELDS, "ids")  # what chooses the credentials, sent along from page to page


@staff_page(REVOKE)
@require_http_methods(["GET", "POST"])
def revoke_many(request: HttpRequest) -> HttpResponse:
    """Order the credentials that are ticked, or all that a filter finds, to be withdrawn."""
    data = request.POST if request.method == "POST" else request.GET
    chosen = _chosen(request, data)
    kept = [(name, value) for name in KEPT for value in data.getlist(name) if value]
    if not kept:
        raise Http404
    sent = request.method == "POST" and "code" in request.POST
    order = _uuid(request.POST.get("order", "")) if sent else None
    if order and Withdrawal.objects.filter(pk=order, ordered_by=request.user).exists():
        return redirect("issuing:withdrawal", pk=order)
    form, n = RevokeForm(request.POST if sent else None), chosen.count()
    asked = request.POST.get("count", "") == str(n)
    if sent and order and asked and form.is_valid():
        services.order_withdrawal(
            chosen, pk=order, **form.cleaned_data, actor=request.user, now=timezone.now()
        )
        tasks.carry_out.delay_on_commit(order_id=str(order))
        return redirect("issuing:withdrawal", pk=order)
    context = {
        "form": form,
        "count": n,
        "changed": sent and not asked,
        "action": ngettext("Revoke %(n)s credential", "Revoke %(n)s credentials", n) % {"n": intcomma(n)},
        "back_url": reverse("issuing:credentials"),
        "kept": [*kept, ("order", order or uuid4())],
    }
    return render(request, "issuing/revoke.html", context, status=400 if form.errors else 200)


def _chosen(request: HttpRequest, data: Any) -> Any:
    ticked = data.getlist("ids")
    if ticked:
        found = visible(request).filter(pk__in=[pk for pk in map(_uuid, ticked) if pk])
    else:
        _form, found = filtered(request, data)
    mine = where_allowed(request.user, REVOKE, "org_unit__path", now=timezone.now())
    return found.filter(mine, state__in=REVOCABLE)


@staff_page(VIEW)
@require_GET
def withdrawal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show how far an order is; the same for every viewer, and after a reload."""
    return render(request, "issuing/withdrawal.html", _context(request, pk))


@staff_page(VIEW)
@require_GET
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the moving figures; once the order is carried out, ask for the whole page."""
    context = _context(request, pk)
    answer = render(request, "issuing/_withdrawal_progress.html", context)
    if context["order"].finished_at:
        answer["HX-Refresh"] = "true"
    return answer


def _context(request: HttpRequest, pk: UUID) -> dict[str, Any]:
    found = Withdrawal.objects.visible_to(request.user, now=timezone.now())
    order = get_object_or_404(found.select_related("ordered_by", "org_unit"), pk=pk)
    label = ngettext(
        "%(n)s credential is withdrawn.", "%(n)s credentials are withdrawn.", order.withdrawn_count
    )
    return {
        "order": order,
        "label": label % {"n": intcomma(order.withdrawn_count)},
        "minutes": TTL_SECONDS // 60,
        "already": order.seen_count - order.withdrawn_count,
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
