"""Write docs/openapi.yaml anew."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from registry.partners.schema import schema_text


class Command(BaseCommand):
    """Write the description of the API that lies in docs/."""

    help = "Write docs/openapi.yaml from the endpoints as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "openapi.yaml"
        path.write_text(schema_text(), encoding="utf-8")
        self.stdout.write(str(path.relative_to(settings.BASE_DIR)))
