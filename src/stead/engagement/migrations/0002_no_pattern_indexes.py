"""Drop the indexes for LIKE that Django gives every key of text: nobody looks for parts of these keys.

A night builds each published table anew with its indexes; these took a tenth of its work in the database.
"""

from django.db import migrations

INDEXES = (
    ("engagement_pastcontact_contact_id_987701db_like", "engagement_pastcontact", "contact_id"),
    ("engagement_action_key_2bdc194e_like", "engagement_action", "key"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("engagement", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            f'DROP INDEX IF EXISTS "{index}"',
            f'CREATE INDEX "{index}" ON "{table}" ("{column}" varchar_pattern_ops)',
        )
        for index, table, column in INDEXES
    ]
