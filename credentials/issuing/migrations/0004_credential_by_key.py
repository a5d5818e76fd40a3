"""Find what a key signed without reading every credential; built beside the running portal."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("issuing", "0003_birth_mark")]
    operations = [
        AddIndexConcurrently(
            model_name="credential",
            index=models.Index(
                condition=models.Q(signing_key__isnull=False),
                fields=["signing_key"],
                name="credential_by_key",
            ),
        ),
    ]
