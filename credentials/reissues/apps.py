from django.apps import AppConfig


class ReissuesConfig(AppConfig):
    name = "credentials.reissues"
    label = "reissues"

    def ready(self) -> None:
        from institution.accounts.roles import Role, grant

        grant(Role.REGISTRAR, "reissues.start_reissue")
