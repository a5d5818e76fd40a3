from django.apps import AppConfig


class ClrConfig(AppConfig):
    name = "credentials.clr"
    label = "clr"
