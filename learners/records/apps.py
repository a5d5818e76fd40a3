from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "learners.records"
    label = "records"
