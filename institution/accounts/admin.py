"""People and roles in Django's own admin: to look at; changes go through the pages of the portal."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from institution.accounts.authz import allowed, where_allowed
from institution.accounts.models import OrgUnit, RoleAssignment


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list to read, within the units where the reader may see people."""

    unit_path = ""

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        where = where_allowed(request.user, "accounts.view_people", self.unit_path, now=timezone.now())
        return super().get_queryset(request).filter(where)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return allowed(request.user, "accounts.view_people", None, now=timezone.now())

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RoleAssignmentAdmin(ReadOnly):
    unit_path = "unit__path"
    list_display = ("user", "role", "unit", "starts_at", "ends_at", "substitute_for")
    list_select_related = ("user", "unit", "substitute_for__user", "substitute_for__unit")
    list_filter = ("role",)
    search_fields = ("user__name", "user__email", "unit__name")


class OrgUnitAdmin(ReadOnly):
    unit_path = "path"
    list_display = ("name", "kind", "code", "parent", "closed_at")
    list_select_related = ("parent",)
    list_filter = ("kind",)
    search_fields = ("name", "code")


ADMIN = [(OrgUnit, OrgUnitAdmin), (RoleAssignment, RoleAssignmentAdmin)]
