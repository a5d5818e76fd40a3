from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KeysConfig(AppConfig):
    name = "credentials.keys"
    label = "keys"

    def ready(self) -> None:
        from credentials.keys.handing import PROPOSALS
        from institution.accounts.navigation import show_room
        from institution.accounts.roles import Role, grant
        from institution.accounts.work import holds_work

        holds_work(PROPOSALS)

        grant(
            Role.ADMINISTRATOR, "keys.edit_profile", "keys.propose_key", "keys.confirm_key", "keys.retire_key"
        )
        for role in (Role.ADMINISTRATOR, Role.AUDITOR, Role.REGISTRAR):
            grant(role, "keys.view_keys")
        show_room("keys:list", _("Signing keys"), Role.ADMINISTRATOR, Role.AUDITOR, order=70)
