from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "institution.accounts"
    label = "accounts"
