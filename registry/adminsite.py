"""Django's own admin for administrators and the registrar's rare operations."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from credentials.batches import admin as batches
from credentials.catalog import admin as catalog
from credentials.keys import admin as keys
from credentials.verification import admin as verification
from institution.accounts import admin as accounts
from institution.errors import NotAllowed


class RegistryAdminSite(AdminSite):
    site_header = _("Credential Registry: administration")
    site_title = _("Administration")
    index_title = _("Rare operations")

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_staff", False))

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Send people to the portal's own sign-in: Django's would ask for a password and no second factor."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
        if not self.has_permission(request):
            raise NotAllowed(permission="admin")
        return redirect("admin:index")


admin_site = RegistryAdminSite(name="admin")
for room in (accounts, catalog, keys, batches, verification):
    for model, model_admin in room.ADMIN:
        admin_site.register(model, model_admin)
