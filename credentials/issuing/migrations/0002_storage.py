"""Store signed text uncompressed, or with lz4 where the server has it (decisions 14)."""

from django.db import migrations


def choose_storage(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("select enumvals from pg_settings where name = 'default_toast_compression'")
        has_lz4 = "lz4" in (cursor.fetchone() or [[]])[0]
        setting = "SET COMPRESSION lz4" if has_lz4 else "SET STORAGE EXTERNAL"
        cursor.execute(f"ALTER TABLE issuing_credential ALTER COLUMN document {setting}")


class Migration(migrations.Migration):
    dependencies = [("issuing", "0001_initial")]
    operations = [migrations.RunPython(choose_storage, migrations.RunPython.noop)]
