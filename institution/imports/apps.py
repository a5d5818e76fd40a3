from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "institution.imports"
    label = "imports"
