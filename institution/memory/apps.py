from django.apps import AppConfig


class MemoryConfig(AppConfig):
    name = "institution.memory"
    label = "memory"
