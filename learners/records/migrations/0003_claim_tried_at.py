"""When an answer was wrong: wrong ones count for a day, whichever link they were given to."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0002_claim_tries")]
    operations = [
        migrations.AddField("claimlink", "tried_at", models.DateTimeField(null=True)),
    ]
