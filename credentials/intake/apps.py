from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "credentials.intake"
    label = "intake"

    def ready(self) -> None:
        """Let the roles that keep the catalogue find the room in the left column."""
        from credentials.intake.handing import FILES
        from institution.accounts.navigation import show_room
        from institution.accounts.roles import Role
        from institution.accounts.work import holds_work

        holds_work(FILES)

        show_room("intake:new", _("Import offerings"), Role.REGISTRAR, Role.PROGRAM_OFFICE, order=25)
