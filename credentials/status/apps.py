from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatusConfig(AppConfig):
    name = "credentials.status"
    label = "status"

    def ready(self) -> None:
        from institution.accounts.navigation import show_room
        from institution.accounts.roles import Role, grant

        for role in (Role.REGISTRAR, Role.AUDITOR, Role.ADMINISTRATOR):
            grant(role, "status.view_lists")
        show_room("status:lists", _("Status lists"), Role.AUDITOR, Role.ADMINISTRATOR, order=65)

        from credentials.keys.counting import count_with
        from credentials.status.selectors import signed_lists

        count_with("status", signed_lists)
