"""Django's own admin for administrators and the registrar's rare operations."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from credentials.batches import admin as batches
from credentials.catalog import admin as catalog
from credentials.keys import admin as keys
from credentials.verification import admin as verification
from institution.accounts import admin as accounts


class RegistryAdminSite(AdminSite):
    site_header = _("Credential Registry: administration")
    site_title = _("Administration")
    index_title = _("Rare operations")

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_staff", False))


admin_site = RegistryAdminSite(name="admin")
for room in (accounts, catalog, keys, batches, verification):
    for model, model_admin in room.ADMIN:
        admin_site.register(model, model_admin)
