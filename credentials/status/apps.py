from django.apps import AppConfig


class StatusConfig(AppConfig):
    name = "credentials.status"
    label = "status"
