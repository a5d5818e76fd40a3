from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VerificationConfig(AppConfig):
    name = "credentials.verification"
    label = "verification"

    def ready(self) -> None:
        """Let administrators say whom this institution vouches for."""
        from institution.accounts.navigation import show_room
        from institution.accounts.roles import Role, grant

        grant(Role.ADMINISTRATOR, "verification.manage_issuers")
        show_room("verification:issuers", _("Known issuers"), Role.ADMINISTRATOR, order=72)
