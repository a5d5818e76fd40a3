"""A credential is written when it is signed; until then its chunk holds a seed and places in status lists.

What was reserved and never signed was seen by nobody. It goes, and open chunks are reserved anew.
"""

import django.db.models.deletion
from django.db import migrations, models

FORGET = """
    ALTER TABLE issuing_credential DISABLE TRIGGER USER;
    DELETE FROM issuing_credential WHERE state IN ('reserved', 'voided');
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE issuing_credential ENABLE TRIGGER USER;
    UPDATE issuing_signingchunk SET reserved_at = NULL WHERE finished_at IS NULL;
    SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("issuing", "0008_indexes_of_signing"),
        ("status", "0002_history_and_journal"),
    ]
    operations = [
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
        migrations.CreateModel(
            name='ReservedPlaces',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('first', models.PositiveIntegerField()),
                ('end', models.PositiveIntegerField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='credential',
            name='one_live_credential_per_award',
        ),
        migrations.RemoveConstraint(
            model_name='credential',
            name='a_signed_credential_has_its_text',
        ),
        migrations.AddField(
            model_name='signingchunk',
            name='seed',
            field=models.BinaryField(null=True),
        ),
        migrations.AlterField(
            model_name='credential',
            name='state',
            field=models.CharField(choices=[('signed', 'Signed, not yet released'), ('released', 'Valid'), ('revoked', 'Withdrawn'), ('superseded', 'Replaced by a newer one'), ('erased', 'Erased')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'released'), models.Q(('state', 'signed'), ('supersedes__isnull', True)), _connector='OR'), fields=('award_key',), name='one_live_credential_per_award'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'erased'), models.Q(('document', ''), _negated=True), _connector='OR'), name='a_signed_credential_has_its_text'),
        ),
        migrations.AddField(
            model_name='reservedplaces',
            name='chunk',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='issuing.signingchunk'),
        ),
        migrations.AddField(
            model_name='reservedplaces',
            name='status_list',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='status.statuslist'),
        ),
        migrations.AddConstraint(
            model_name='reservedplaces',
            constraint=models.UniqueConstraint(fields=('status_list', 'first'), name='places_are_held_once'),
        ),
    ]
