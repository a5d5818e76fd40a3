"""Mark a signing key as compromised, as its page does: did.json warns everybody at once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from credentials.documents.dates import read_stamp
from credentials.keys.counting import signed_with
from credentials.keys.management import named
from credentials.keys.services import mark_compromised
from institution.errors import RegistryError


class Command(BaseCommand):
    help = "Say that a key is not to be trusted, and since when. It cannot be undone; an earlier moment can be named later."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--key", required=True, help="the id of the key, as in the address of its page")
        parser.add_argument("--as", dest="email", required=True, help="address of the administrator who acts")
        parser.add_argument("--since", metavar="TIME", help="as 2026-05-14T12:00:00Z; empty: now")

    def handle(self, *args: Any, **options: Any) -> None:
        since = read_stamp(options["since"]) if options["since"] else None
        if options["since"] and since is None:
            raise CommandError("--since wants a date and time with a zone, as 2026-05-14T12:00:00Z")
        try:
            key = mark_compromised(
                named.signing_key(options["key"]),
                since=since,
                actor=named.administrator(options["email"]),
                now=timezone.now(),
            )
        except RegistryError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"not to be trusted since {key.revoked_at}: {key.verification_method}")
        for one in signed_with(key):
            self.stdout.write(f"{one.label}: {one.early} before, {one.late} since then")
