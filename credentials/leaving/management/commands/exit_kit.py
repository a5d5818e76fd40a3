"""Write the exit kit: what strangers need to check our credentials when this portal is no more."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from credentials.leaving import services
from institution.errors import RegistryError


class Command(BaseCommand):
    help = (
        "Write the exit kit to an empty folder, or to a .zip file: keys, final status lists, achievements, "
        "contexts, the register of digests, and a verifier that needs neither this portal nor its database."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("place", type=Path, metavar="FOLDER-OR-ZIP")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the kit and say what is in it."""
        try:
            counts = services.make_kit(options["place"], now=timezone.now())
        except RegistryError as error:
            raise CommandError(str(error)) from None
        said = ", ".join(_counted(count, name) for name, count in counts.items())
        self.stdout.write(f"{options['place']}: {said}")


def _counted(count: int, name: str) -> str:
    """Return a count with its word: names are of many, with an s behind."""
    words = name.replace("_", " ")
    return f"{count:,} {words.removesuffix('s') if count == 1 else words}"
