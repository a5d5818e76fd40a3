from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "learners.sharing"
    label = "sharing"
