from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "registry.desk"
    label = "desk"

    def ready(self) -> None:
        from institution.accounts.navigation import show_room
        from institution.accounts.roles import Role, grant
        from registry import checks  # noqa: F401  (registers the system checks)

        grant(Role.AUDITOR, "desk.view_audit")
        grant(Role.ADMINISTRATOR, "desk.view_audit")
        show_room("desk:audit", _("Audit trail"), Role.AUDITOR, Role.ADMINISTRATOR, order=75)
        for role in Role:
            if role != Role.PARTNER:
                show_room("desk:home", _("Desk"), role, order=0)
