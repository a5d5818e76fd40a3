"""Wrap every private key, and seal second factors, with the first of KEY_ENCRYPTION_KEYS: the last step of changing that key."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from credentials.keys.management import named
from credentials.keys.services import rewrap_keys
from institution.accounts.factor import reseal_factors
from institution.errors import RegistryError


class Command(BaseCommand):
    help = "Wrap all private keys with the first of KEY_ENCRYPTION_KEYS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as", dest="email", required=True, help="address of the administrator who acts")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = rewrap_keys(actor=named.administrator(options["email"]), now=timezone.now())
        except RegistryError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"wrapped anew: {count}")
        self.stdout.write(f"second factors sealed anew, of people: {reseal_factors()}")
