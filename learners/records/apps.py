from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "learners.records"
    label = "records"
    verbose_name = _("Records")

    def ready(self) -> None:
        from institution.accounts.navigation import show_room
        from institution.accounts.roles import Role, grant
        from institution.accounts.work import keeps_account
        from learners.records.doorways import connect
        from learners.records.models import Learner

        keeps_account(lambda user: Learner.objects.filter(user=user).exists())

        for role in (Role.REGISTRAR, Role.ADVISER, Role.ADMINISTRATOR):
            grant(role, "records.help")
        show_room("records:help_desk", _("Help desk"), Role.REGISTRAR, Role.ADVISER, order=40)
        show_room("records:unclaimed", _("Not yet claimed"), Role.REGISTRAR, Role.ADVISER, order=41)
        connect()
