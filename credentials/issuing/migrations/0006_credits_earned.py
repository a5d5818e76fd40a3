"""Rows of completions may say how many credits were earned."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("issuing", "0005_canceling")]
    operations = [
        migrations.AddField(
            model_name="batchrow",
            name="credits",
            field=models.DecimalField(decimal_places=2, max_digits=6, null=True),
        ),
    ]
