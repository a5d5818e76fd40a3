from django.apps import AppConfig


class VcApiConfig(AppConfig):
    name = "credentials.vcapi"
    label = "vcapi"
