from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "institution.events"
    label = "events"
