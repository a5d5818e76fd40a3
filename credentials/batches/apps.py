from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BatchesConfig(AppConfig):
    name = "credentials.batches"
    label = "batches"

    def ready(self) -> None:
        """Say who opens the pages of batches; which rows they see there, `visible_to` says."""
        from credentials.batches.handing import BATCHES
        from credentials.batches.pages import signed_credentials
        from credentials.keys.counting import count_with
        from institution.accounts.navigation import show_room
        from institution.accounts.roles import Role, grant
        from institution.accounts.work import holds_work

        holds_work(BATCHES)
        count_with("issuing", signed_credentials)

        preparing = (Role.REGISTRAR, Role.FACULTY, Role.PROGRAM_OFFICE)
        reading = (Role.AUDITOR, Role.ADVISER, Role.DEAN, Role.ADMINISTRATOR, Role.EVALUATOR)
        for role in {*preparing, *reading}:
            grant(role, "batches.open")
        show_room("issuing:list", _("Batches"), *preparing, Role.AUDITOR, order=30)
        show_room(
            "issuing:credentials",
            _("Credentials"),
            Role.REGISTRAR,
            Role.AUDITOR,
            Role.ADVISER,
            Role.DEAN,
            order=40,
        )
