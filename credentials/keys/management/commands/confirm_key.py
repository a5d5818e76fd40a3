"""Confirm a proposed signing key as a second administrator."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from credentials.keys.models import SigningKey
from credentials.keys.services import confirm_key
from institution.accounts.models import User
from institution.errors import RegistryError


class Command(BaseCommand):
    help = "Confirm a proposed key. Who proposed it cannot."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--key", required=True, help="the id that propose_key printed")
        parser.add_argument("--as", dest="email", required=True, help="address of the second administrator")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = confirm_key(
                SigningKey.objects.get(pk=options["key"]),
                actor=User.objects.get(email=options["email"].lower()),
                now=timezone.now(),
            )
        except (SigningKey.DoesNotExist, User.DoesNotExist, ValidationError, RegistryError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"confirmed: {key.verification_method}")
