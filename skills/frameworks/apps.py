from django.apps import AppConfig


class FrameworksConfig(AppConfig):
    name = "skills.frameworks"
    label = "frameworks"
