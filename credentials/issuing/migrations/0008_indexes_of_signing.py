"""Two indexes that every row of a batch paid for give way to such as hold what is asked for; built beside the portal."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("issuing", "0007_forgotten_at")]
    operations = [
        AddIndexConcurrently(
            model_name="batchrow",
            index=models.Index(
                condition=models.Q(state__in=["refused", "failed"]),
                fields=["batch", "line"],
                name="rows_needing_you",
            ),
        ),
        RemoveIndexConcurrently(model_name="batchrow", name="row_queue"),
        AddIndexConcurrently(
            model_name="credential",
            index=models.Index(
                condition=models.Q(digest__isnull=False), fields=["digest"], name="signed_by_digest"
            ),
        ),
        RemoveIndexConcurrently(model_name="credential", name="credential_by_digest"),
    ]
