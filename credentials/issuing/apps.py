from django.apps import AppConfig


class IssuingConfig(AppConfig):
    name = "credentials.issuing"
    label = "issuing"

    def ready(self) -> None:
        from institution.accounts.roles import Role, grant

        for role in (Role.REGISTRAR, Role.FACULTY, Role.PROGRAM_OFFICE):
            grant(role, "issuing.prepare_batch")
        grant(Role.PARTNER, "issuing.prepare_batch")  # sees its own batches and no others
        grant(
            Role.REGISTRAR,
            "issuing.confirm_batch",
            "issuing.release_batch",
            "issuing.revoke_credential",
            "issuing.erase_recipient",
        )
        for role in (Role.REGISTRAR, Role.AUDITOR, Role.ADVISER, Role.DEAN, Role.ADMINISTRATOR):
            grant(role, "issuing.view_batch", "issuing.view_credential")
        grant(Role.EVALUATOR, "issuing.view_batch")  # looks at the evidence of its rows
