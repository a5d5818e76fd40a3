from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "institution.accounts"
    label = "accounts"
    verbose_name = _("People and units")

    def ready(self) -> None:
        from institution.accounts.navigation import show_room
        from institution.accounts.roles import Role, grant

        grant(
            Role.ADMINISTRATOR,
            "accounts.manage_people",
            "accounts.manage_units",
            "accounts.manage_institution",
        )
        grant(Role.AUDITOR, "accounts.view_people")
        grant(Role.ADMINISTRATOR, "accounts.view_people")
        grant(Role.REGISTRAR, "accounts.manage_units")
        grant(Role.PROGRAM_OFFICE, "accounts.manage_units")
        show_room("accounts:people", _("People and roles"), Role.ADMINISTRATOR, Role.AUDITOR, order=60)
        show_room("accounts:institution", _("Institution"), Role.ADMINISTRATOR, order=70)
