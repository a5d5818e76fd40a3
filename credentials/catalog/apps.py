from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "credentials.catalog"
    label = "catalog"

    def ready(self) -> None:
        """Say which role may do what with offerings, and who finds the room in the left column."""
        from credentials.catalog.handing import OFFERINGS
        from institution.accounts.navigation import show_room
        from institution.accounts.roles import Role, grant
        from institution.accounts.work import holds_work

        holds_work(OFFERINGS)

        staff = [role for role in Role if role != Role.PARTNER]
        for role in staff:
            grant(role, "catalog.view_offering")
        grant(Role.FACULTY, "catalog.edit_offering", "catalog.submit_offering")
        grant(
            Role.PROGRAM_OFFICE,
            "catalog.edit_offering",
            "catalog.submit_offering",
            "catalog.import_offerings",
        )
        grant(Role.REGISTRAR, "catalog.edit_offering", "catalog.import_offerings")
        grant(Role.DEAN, "catalog.approve_offering", "catalog.retire_offering")
        grant(Role.REGISTRAR, "catalog.retire_offering")
        show_room("catalog:list", _("Offerings"), *staff, order=20)
        show_room("catalog:approvals", _("Approvals"), Role.DEAN, order=15, also="/review/")
