"""Propose a signing key for an issuer; prints its name and public part, never the private one."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from credentials.keys.management import named
from credentials.keys.services import propose_key
from credentials.keys.states import KeyKind, KeyPurpose, KeyStore
from institution.errors import RegistryError


class Command(BaseCommand):
    help = "Propose a signing key; another administrator confirms it on the screen or with confirm_key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--profile", required=True, help="the issuer's opaque key (see /keys/)")
        parser.add_argument("--as", dest="email", required=True, help="address of the administrator who acts")
        parser.add_argument("--kind", choices=KeyKind.values, default=KeyKind.ED25519.value)
        parser.add_argument("--store", choices=list(settings.KEY_STORES), default=KeyStore.DATABASE.value)
        parser.add_argument("--found", default="", help="CKA_ID in hex of a key that is on the token already")
        parser.add_argument("--purpose", choices=KeyPurpose.values, default=KeyPurpose.DATA_INTEGRITY.value)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = propose_key(
                named.issuer(options["profile"]),
                kind=options["kind"],
                purpose=options["purpose"],
                store=options["store"],
                found=options["found"],
                actor=named.administrator(options["email"]),
                now=timezone.now(),
            )
        except RegistryError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{key.verification_method}\n{key.public_multibase}\nproposed: {key.pk}")
