from django.apps import AppConfig


class LeavingConfig(AppConfig):
    name = "credentials.leaving"
    label = "leaving"
