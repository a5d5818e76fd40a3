"""Issuers and keys in Django's own admin: to read; the screens change them."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from credentials.keys.models import IssuerProfile, SigningKey


class ReadOnly(admin.ModelAdmin):
    """Rows one may look at, scoped by the same roles as the screens."""

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).visible_to(request.user, now=timezone.now())  # type: ignore[attr-defined]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("keys.view_keys")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("keys.view_keys")


class IssuerProfileAdmin(ReadOnly):
    list_display = ("name", "org_unit", "key", "revision")
    list_select_related = ("org_unit",)
    ordering = ("name", "id")


class SigningKeyAdmin(ReadOnly):
    list_display = ("kid", "profile", "kind", "state", "confirmed_at")
    list_select_related = ("profile",)
    exclude = ("sealed", "wrapped_key", "public_key")
    ordering = ("-proposed_at", "id")


ADMIN = [(IssuerProfile, IssuerProfileAdmin), (SigningKey, SigningKeyAdmin)]
