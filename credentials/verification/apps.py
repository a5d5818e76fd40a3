from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "credentials.verification"
    label = "verification"

    def ready(self) -> None:
        """Let administrators say whom this institution vouches for."""
        from institution.accounts.roles import Role, grant

        grant(Role.ADMINISTRATOR, "verification.manage_issuers")
