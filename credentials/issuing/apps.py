from django.apps import AppConfig


class IssuingConfig(AppConfig):
    name = "credentials.issuing"
    label = "issuing"
