from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "registry.partners"
    label = "partners"
