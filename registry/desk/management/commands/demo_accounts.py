"""Print who can be signed in to the demo: `manage.py demo_accounts`."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from registry.desk.demo.accounts import ACCOUNTS


class Command(BaseCommand):
    help = "Print the doors of the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("There are no demo accounts outside the demo (DEMO=1).")
        for account in ACCOUNTS:
            role = account.role.label if account.role else "Learner"
            self.stdout.write(f"  {str(role):24} {account.name:28} {account.email}")
