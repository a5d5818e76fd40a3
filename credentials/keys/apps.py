from django.apps import AppConfig


class KeysConfig(AppConfig):
    name = "credentials.keys"
    label = "keys"
