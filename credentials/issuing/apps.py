from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IssuingConfig(AppConfig):
    name = "credentials.issuing"
    label = "issuing"

    def ready(self) -> None:
        from institution.accounts.navigation import show_room
        from institution.accounts.roles import Role, grant

        for role in (Role.REGISTRAR, Role.FACULTY, Role.PROGRAM_OFFICE):
            grant(role, "issuing.prepare_batch")
        grant(
            Role.REGISTRAR,
            "issuing.confirm_batch",
            "issuing.release_batch",
            "issuing.revoke_credential",
            "issuing.erase_recipient",
        )
        for role in (Role.REGISTRAR, Role.AUDITOR, Role.ADVISER, Role.DEAN, Role.ADMINISTRATOR):
            grant(role, "issuing.view_batch", "issuing.view_credential")
        show_room(
            "issuing:list",
            _("Batches"),
            Role.REGISTRAR,
            Role.AUDITOR,
            Role.PROGRAM_OFFICE,
            Role.FACULTY,
            order=30,
        )
        show_room(
            "issuing:credentials",
            _("Credentials"),
            Role.REGISTRAR,
            Role.AUDITOR,
            Role.ADVISER,
            Role.DEAN,
            order=40,
        )
