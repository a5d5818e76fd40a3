from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "credentials.verification"
    label = "verification"
