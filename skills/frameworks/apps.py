from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FrameworksConfig(AppConfig):
    name = "skills.frameworks"
    label = "frameworks"

    def ready(self) -> None:
        """Say who may read and who may import frameworks, and who finds the room in the left column."""
        from institution.accounts.navigation import show_room
        from institution.accounts.roles import Role, grant
        from institution.accounts.work import holds_work
        from skills.frameworks.handing import IMPORTS

        holds_work(IMPORTS)

        staff = [role for role in Role if role != Role.PARTNER]
        for role in staff:
            grant(role, "frameworks.view")
        grant(Role.PROGRAM_OFFICE, "frameworks.import_framework")
        grant(Role.REGISTRAR, "frameworks.import_framework")
        shown = (
            Role.FACULTY,
            Role.PROGRAM_OFFICE,
            Role.CAREER_SERVICES,
            Role.EVALUATOR,
            Role.DEAN,
            Role.REGISTRAR,
        )
        show_room("frameworks:list", _("Skills"), *shown, order=40)
