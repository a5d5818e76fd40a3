from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VerificationConfig(AppConfig):
    name = "credentials.verification"
    label = "verification"

    def ready(self) -> None:
        """Let administrators say whom this institution vouches for; word reports in the reader's language."""
        from credentials.reading import words
        from credentials.verification.language import PORTAL
        from institution.accounts.navigation import show_room
        from institution.accounts.roles import Role, grant

        words.install(PORTAL)

        grant(Role.ADMINISTRATOR, "verification.manage_issuers")
        show_room("verification:issuers", _("Known issuers"), Role.ADMINISTRATOR, order=72)
