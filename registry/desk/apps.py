from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "registry.desk"
    label = "desk"

    def ready(self) -> None:
        from registry import checks  # noqa: F401  (registers the system checks)
