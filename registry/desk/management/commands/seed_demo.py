"""Lay the sample college: `manage.py seed_demo`. It may be cut off and run again; nothing doubles."""

import time
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from registry.desk.demo import catalogue, college, frameworks, history, intake, records, sharing
from registry.desk.demo.calendar import Calendar

STAGES = (
    ("units", college.lay_units),
    ("people", college.lay_people),
    ("issuer and keys", college.lay_key),
    ("known issuers", college.lay_known_issuers),
    ("memory", college.lay_memory),
    ("skills", frameworks.lay_frameworks),
    ("offerings", catalogue.lay_offerings),
    ("terms", history.lay_terms),
    ("corrections", history.lay_exceptions),
    ("waiting work", history.lay_waiting),
    ("reminders", history.lay_reminders),
    ("files that wait", intake.lay_imports),
    ("shares", sharing.lay_shares),
    ("signed records", records.lay_records),
    ("status lists", history.publish_lists),
)


class Command(BaseCommand):
    help = "Lay the sample college by calling the services under dated clocks."

    def handle(self, *args: Any, **options: Any) -> None:
        calendar = Calendar(timezone.now())
        for name, lay in STAGES:
            started = time.monotonic()
            lay(calendar)
            self.stdout.write(f"  {name}: {time.monotonic() - started:.1f} s")
