"""Print the documents that follow from the code: `manage.py print_docs`."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from registry.desk import printed


class Command(BaseCommand):
    help = "Write docs/roles.md and docs/data.md from the code."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, text in (("roles.md", printed.roles_text()), ("data.md", printed.data_text())):
            (settings.BASE_DIR / "docs" / name).write_text(text, encoding="utf-8")
            self.stdout.write(f"docs/{name}")
