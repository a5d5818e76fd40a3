from django.apps import AppConfig


class TrialsConfig(AppConfig):
    name = "credentials.trials"
    label = "trials"

    def ready(self) -> None:
        """Say who tries a batch out: whoever may prepare one."""
        from credentials.keys.counting import count_with
        from credentials.trials.models import TRY, signed_trials
        from institution.accounts.roles import Role, grant

        count_with("trials", signed_trials)
        for role in (Role.REGISTRAR, Role.FACULTY, Role.PROGRAM_OFFICE):
            grant(role, TRY)
