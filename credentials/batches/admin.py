"""Batches and credentials in Django's own admin: to read; the pages change them."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from credentials.issuing.models import Credential, IssuanceBatch


class ReadOnly(admin.ModelAdmin):
    """Rows one may look at, scoped by the same roles as the pages."""

    permission = "issuing.view_credential"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).visible_to(request.user, now=timezone.now())  # type: ignore[attr-defined]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(self.permission)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.permission)


class BatchAdmin(ReadOnly):
    permission = "issuing.view_batch"
    list_display = ("title", "org_unit", "state", "row_count", "signed_count", "created_at")
    list_filter = ("state", "origin")
    list_select_related = ("org_unit",)
    ordering = ("-created_at", "id")
    raw_id_fields = ("upload",)


class CredentialAdmin(ReadOnly):
    list_display = ("id", "achievement_version", "org_unit", "state", "awarded_on")
    list_filter = ("state",)
    list_select_related = ("achievement_version", "org_unit")
    show_full_result_count = False
    ordering = ("-valid_from", "id")
    exclude = ("salt", "digest", "document")
    raw_id_fields = ("batch", "row", "recipient", "supersedes", "status_list")


ADMIN = [(IssuanceBatch, BatchAdmin), (Credential, CredentialAdmin)]
