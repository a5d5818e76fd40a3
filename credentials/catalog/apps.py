from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "credentials.catalog"
    label = "catalog"
