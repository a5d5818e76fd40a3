"""Award an offering to people named on a roster; the registrar confirms the batch."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from credentials.batches.forms import OfferingFilter, RosterForm
from credentials.catalog.models import Offering, OfferingVersion
from credentials.catalog.selectors.differences import parts_of
from credentials.issuing import services
from institution.accounts.authz import allowed, where_allowed
from institution.accounts.doorways import staff_page
from institution.errors import RegistryError

PERMISSION = "issuing.prepare_batch"


@staff_page(PERMISSION)
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Choose the offering that the people on the roster completed."""
    form = OfferingFilter(request.GET)
    mine = where_allowed(request.user, PERMISSION, "org_unit__path", now=timezone.now())
    found = Offering.objects.public().filter(mine).select_related("org_unit", "current_version")
    if form.is_valid() and form.cleaned_data["q"]:
        words = form.cleaned_data["q"].strip()
        found = found.filter(Q(code__icontains=words) | Q(current_version__title__icontains=words))
    page = Paginator(found.order_by("current_version__title", "code", "id"), 30).get_page(
        request.GET.get("page")
    )
    context = {"form": form, "page": page, "chosen": bool(request.GET.get("q"))}
    return render(request, "issuing/roster_choose.html", context)


def earnable(version: OfferingVersion | None) -> list[tuple[str, str]]:
    """Return (achievement id, words) of all that can be earned at an offering, its own first."""
    parts = parts_of(version) if version else []
    return [
        (str(part.achievement_id), f"{part.name} ({part.get_achievement_type_display()})") for part in parts
    ]


@staff_page(PERMISSION)
@require_http_methods(["GET", "POST"])
def award(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Name the people; the next page shows the report, and the registrar confirms it."""
    now = timezone.now()
    offering = get_object_or_404(
        Offering.objects.select_related("org_unit", "current_version").filter(current_version__isnull=False),
        pk=pk,
    )
    if not allowed(request.user, PERMISSION, offering, now=now):
        raise Http404
    form = RosterForm(
        request.POST or None,
        initial={"awarded_on": timezone.localdate(now)},
        achievements=earnable(offering.current_version),
    )
    if request.method == "POST" and form.is_valid():
        try:
            batch = services.batch_from_roster(
                offering,
                form.rows(),
                awarded_on=form.cleaned_data["awarded_on"],
                achievement_id=form.cleaned_data.get("achievement"),
                actor=request.user,
                now=now,
            )
        except RegistryError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The roster is a batch now. The registrar confirms it."))
            return redirect("issuing:detail", pk=batch.pk)
    context = {"form": form, "offering": offering}
    return render(request, "issuing/roster.html", context, status=400 if form.errors else 200)
