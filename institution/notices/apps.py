from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "institution.notices"
    label = "notices"
    verbose_name = _("Messages")

    def ready(self) -> None:
        from institution.accounts.navigation import show_room
        from institution.accounts.roles import Role, grant

        for role in (Role.REGISTRAR, Role.ADVISER, Role.ADMINISTRATOR):
            grant(role, "notices.view_outbox", "notices.resend")
        grant(Role.AUDITOR, "notices.view_outbox")
        show_room("notices:outbox", _("Messages sent"), Role.REGISTRAR, Role.ADVISER, Role.AUDITOR, order=50)
