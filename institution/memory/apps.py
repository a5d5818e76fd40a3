from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MemoryConfig(AppConfig):
    name = "institution.memory"
    label = "memory"
    verbose_name = _("Memory")

    def ready(self) -> None:
        from institution.accounts.navigation import show_room
        from institution.accounts.roles import Role, grant
        from institution.accounts.work import holds_work
        from institution.memory.handing import PILOTS

        holds_work(PILOTS)

        for role in Role:
            if role != Role.PARTNER:
                grant(role, "memory.view")
        for role in (Role.PROGRAM_OFFICE, Role.REGISTRAR, Role.ADMINISTRATOR, Role.DEAN):
            grant(role, "memory.note")
        show_room("memory:decisions", _("Decisions"), Role.PROGRAM_OFFICE, Role.AUDITOR, Role.DEAN, order=80)
        show_room(
            "memory:systems", _("Systems"), Role.PROGRAM_OFFICE, Role.ADMINISTRATOR, Role.AUDITOR, order=81
        )
