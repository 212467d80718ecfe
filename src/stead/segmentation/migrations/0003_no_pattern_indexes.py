"""Drop the indexes for LIKE that Django gives every key of text: nobody looks for parts of these keys.

A night builds each published table anew with its indexes; these took a tenth of its work in the database.
"""

from django.db import migrations

INDEXES = (
    ("segmentation_standing_customer_id_683323e0_like", "segmentation_standing", "customer_id"),
    ("segmentation_tiermove_key_b159b072_like", "segmentation_tiermove", "key"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("segmentation", "0002_assets_index"),
    ]

    operations = [
        migrations.RunSQL(
            f'DROP INDEX IF EXISTS "{index}"',
            f'CREATE INDEX "{index}" ON "{table}" ("{column}" varchar_pattern_ops)',
        )
        for index, table, column in INDEXES
    ]
