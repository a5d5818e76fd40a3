from django.apps import AppConfig


class ClrConfig(AppConfig):
    name = "credentials.clr"
    label = "clr"

    def ready(self) -> None:
        from credentials.clr.models import signed_records
        from credentials.keys.counting import count_with

        count_with("clr", signed_records)
