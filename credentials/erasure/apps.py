from django.apps import AppConfig


class ErasureConfig(AppConfig):
    name = "credentials.erasure"
    label = "erasure"
