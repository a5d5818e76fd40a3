"""Write a file of completions for the offerings that are approved here, to try the upload with."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from credentials.batches.samples import HEADER, Maker, awards_in, messy
from credentials.catalog.selectors import achievements_by_code
from institution.accounts.models import OrgUnit


class Command(BaseCommand):
    help = "Write sample completions: --rows good ones, or --messy with forty kinds of fault and its corrected twin."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rows", type=int, default=200)
        parser.add_argument("--out", required=True, type=Path)
        parser.add_argument("--messy", action="store_true", help="also writes <out>-corrected")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        root = OrgUnit.objects.filter(parent=None).first()
        today = timezone.localdate()
        awards = awards_in(achievements_by_code(root), today) if root else []
        if not awards:
            raise CommandError("No offering is approved yet, so no row could be good.")
        maker, out = Maker(awards, today, options["seed"]), options["out"]
        if options["messy"]:
            pairs = list(messy(maker))
            _write(out, [bad for bad, _good in pairs])
            twin = out.with_name(f"{out.stem}-corrected{out.suffix}")
            _write(twin, [good for _bad, good in pairs])
            self.stdout.write(f"{out}\n{twin}")
            return
        _write(out, maker.rows(options["rows"]))
        self.stdout.write(str(out))


def _write(path: Path, rows: Any) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows)
