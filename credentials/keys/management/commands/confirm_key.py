"""Confirm a proposed signing key as a second administrator."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from credentials.keys.management import named
from credentials.keys.services import confirm_key
from institution.errors import RegistryError


class Command(BaseCommand):
    help = "Confirm a proposed key. Who proposed it cannot."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--key", required=True, help="its id, as propose_key printed it, or its name")
        parser.add_argument("--as", dest="email", required=True, help="address of the second administrator")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = confirm_key(
                named.signing_key(options["key"]),
                actor=named.administrator(options["email"]),
                now=timezone.now(),
            )
        except RegistryError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"confirmed: {key.verification_method}")
