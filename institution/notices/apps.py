from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "institution.notices"
    label = "notices"
