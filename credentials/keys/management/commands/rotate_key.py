"""Propose the next signing key of an issuer: of the kind and in the place of the one that signs now."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from credentials.keys.management import named
from credentials.keys.services import propose_next_key
from credentials.keys.states import KeyPurpose
from institution.errors import RegistryError


class Command(BaseCommand):
    help = "Propose the next key; another administrator confirms it, and it signs once everybody can know it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--profile", required=True, help="the issuer's opaque key (see /keys/)")
        parser.add_argument("--as", dest="email", required=True, help="address of the administrator who acts")
        parser.add_argument("--purpose", choices=KeyPurpose.values, default=KeyPurpose.DATA_INTEGRITY.value)
        parser.add_argument(
            "--from", dest="signs_from", type=_day, help="YYYY-MM-DD; empty: as soon as it may"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = propose_next_key(
                named.issuer(options["profile"]),
                purpose=options["purpose"],
                signs_from=options.get("signs_from"),
                actor=named.administrator(options["email"]),
                now=timezone.now(),
            )
        except RegistryError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{key.verification_method}\n{key.public_multibase}\nproposed: {key.pk}")


def _day(text: str) -> datetime:
    """Return the beginning of a day that is not over. Raises ValueError, ArgumentTypeError."""
    day = timezone.make_aware(datetime.strptime(text, "%Y-%m-%d"))  # noqa: DTZ007  (made aware right here)
    if day.date() < timezone.localdate():
        raise ArgumentTypeError(f"{text} is over.")
    return day
