"""A cancel is asked for at once; the batch is canceled when the parts at work are finished."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("issuing", "0004_credential_by_key")]
    operations = [
        migrations.AlterField(
            model_name="issuancebatch",
            name="state",
            field=models.CharField(
                choices=[
                    ("reading", "Reading the file"),
                    ("draft", "Report to be read"),
                    ("queued", "Confirmed, signing"),
                    ("paused", "Paused"),
                    ("signed", "Signed, not yet released"),
                    ("released", "Released"),
                    ("canceling", "Canceling"),
                    ("canceled", "Canceled"),
                    ("undone", "Undone before release"),
                ],
                default="draft",
                max_length=10,
            ),
        ),
    ]
