from django.apps import AppConfig


class WithdrawalConfig(AppConfig):
    name = "credentials.withdrawal"
    label = "withdrawal"
