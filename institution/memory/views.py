"""Pages of the house's memory."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from institution.accounts.authz import where_allowed
from institution.accounts.doorways import staff_page
from institution.accounts.selectors import units_where
from institution.memory import services
from institution.memory.forms import DecisionForm, SystemForm
from institution.memory.models import Decision, GlossaryTerm, SystemRecord

PAGE_SIZE = 50


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """The words of the field, explained."""
    words = GlossaryTerm.objects.filter(language=(get_language() or "en")[:2]).order_by("term", "id")
    return render(request, "memory/glossary.html", {"words": words})


@staff_page("memory.view")
def decisions(request: HttpRequest) -> HttpResponse:
    """What was decided and why, found by words; noted here too."""
    now = timezone.now()
    units = units_where(request.user, "memory.note", now=now)
    form = DecisionForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        services.note_decision(data.pop("title"), **data, actor=request.user, now=now)
        messages.success(request, _("Decision noted."))
        return redirect("memory:decisions")
    words = request.GET.get("q", "").strip()
    found = Decision.objects.filter(where_allowed(request.user, "memory.view", "org_unit__path", now=now))
    if words:
        found = found.filter(Q(title__icontains=words) | Q(rationale__icontains=words))
    found = found.select_related("org_unit", "decided_by").order_by("-decided_at", "id")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request, "memory/decisions.html", {"page": page, "q": words, "form": form, "may_note": units.exists()}
    )


@staff_page("memory.view")
def systems(request: HttpRequest) -> HttpResponse:
    """Which systems we run, what for, and why they were bought."""
    now = timezone.now()
    units = units_where(request.user, "memory.note", now=now)
    form = SystemForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        services.note_system(data, org_unit=data.pop("org_unit"), actor=request.user, now=now)
        messages.success(request, _("System noted."))
        return redirect("memory:systems")
    found = SystemRecord.objects.filter(where_allowed(request.user, "memory.view", "org_unit__path", now=now))
    page = Paginator(found.select_related("org_unit").order_by("name", "id"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    return render(request, "memory/systems.html", {"page": page, "form": form, "may_note": units.exists()})
