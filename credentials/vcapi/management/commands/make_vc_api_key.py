"""Make a key for the VC-API: the secret goes into the environment, the name to whoever will verify."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from credentials.vcapi.keys import KINDS, new_secret


class Command(BaseCommand):
    help = "Make a key pair for the VC-API and print its did:key, and its secret for VC_API_KEYS."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", choices=KINDS, default=KINDS[0])

    def handle(self, *args: Any, **options: Any) -> None:
        """Print both; nothing is kept here."""
        secret, key = new_secret(options["kind"])
        self.stdout.write(f"did: {key.did}")
        self.stdout.write(f"for VC_API_KEYS, comma between several, secret: {secret}")
