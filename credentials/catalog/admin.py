"""The catalogue in Django's admin: for reading, and for retiring. Verbs are the services'."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.catalog import services
from credentials.catalog.models import Offering, OfferingVersion, ReviewDecision
from institution.accounts.authz import allowed, where_allowed
from institution.errors import RegistryError


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows of the units somebody works for; changed on the catalogue's own pages, never typed here."""

    unit_path = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        mine = where_allowed(request.user, "catalog.view_offering", self.unit_path, now=timezone.now())
        return super().get_queryset(request).filter(mine)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return allowed(request.user, "catalog.view_offering", None, now=timezone.now())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OfferingAdmin(ReadOnly):
    unit_path = "org_unit__path"
    list_display = ("code", "current_version", "org_unit", "ctid", "retired_at")
    list_select_related = ("org_unit", "current_version")
    search_fields = ("code", "ctid", "current_version__title")
    actions = ("restore",)

    @admin.action(description=_("Restore selected offerings"))
    def restore(self, request: HttpRequest, queryset: QuerySet[Offering]) -> None:
        for offering in queryset:
            try:
                services.restore_offering(offering, actor=request.user, now=timezone.now())
            except RegistryError as error:
                self.message_user(request, f"{offering}: {error}", messages.ERROR)


class OfferingVersionAdmin(ReadOnly):
    unit_path = "offering__org_unit__path"
    list_display = ("offering", "number", "title", "state", "effective_on", "approved_by")
    list_select_related = ("offering", "approved_by")
    list_filter = ("state", "kind")
    search_fields = ("title", "offering__code")


class ReviewDecisionAdmin(ReadOnly):
    unit_path = "version__offering__org_unit__path"
    list_display = ("version", "outcome", "decided_by", "decided_at", "rationale")
    list_select_related = ("version", "decided_by")
    list_filter = ("outcome",)
    search_fields = ("rationale", "version__title")


ADMIN: list[tuple[type[Model], type[admin.ModelAdmin]]] = [  # type: ignore[type-arg]
    (Offering, OfferingAdmin),
    (OfferingVersion, OfferingVersionAdmin),
    (ReviewDecision, ReviewDecisionAdmin),
]
