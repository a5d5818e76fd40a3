"""Print the DID document of every issuer, one JSON document a line: public parts only."""

from typing import Any

from django.core.management.base import BaseCommand

from credentials.keys.models import IssuerProfile
from credentials.keys.published import did_document


class Command(BaseCommand):
    help = "Print the DID documents of all issuers, one a line."

    def handle(self, *args: Any, **options: Any) -> None:
        for profile in IssuerProfile.objects.order_by("key"):
            self.stdout.write(did_document(profile).decode())
