"""After a restore: revoke again what the journal knows, before anybody asks (docs/operations.md)."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from credentials.issuing.services.revoking import reconcile_revocations
from credentials.status.services import publish_waiting


class Command(BaseCommand):
    help = "Set again every revocation that REVOCATION_JOURNAL holds and the database lacks."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        counts = reconcile_revocations(now=now)
        counts["lists_published"] = publish_waiting(now=now)
        self.stdout.write(", ".join(f"{name}: {count}" for name, count in counts.items()))
