"""The keys of one normal form by which customers are found, in the place of what was delivered.

The next night computes them; until then they are what the database can say by itself.
"""

import django.contrib.postgres.indexes
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models

import stead.customers.models

# Nobody looks for parts of the number as it was delivered any more.
LIKE = "customers_customer_customer_id_4c877f6e_like"
KEYS = r"""UPDATE customers_customer SET
    name_key = left(lower(regexp_replace(name, '[[:space:][:punct:]·•・]', '', 'g')), 240),
    words = lower(trim(regexp_replace(name, '[[:space:][:punct:]·•・]+', ' ', 'g'))),
    number_key = lower(regexp_replace(customer_id, '[[:space:][:punct:]]', '', 'g')),
    phone_key = regexp_replace(phone, '[^0-9]', '', 'g')"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_unknown_balances"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="customer",
            name="customer_name",
        ),
        migrations.RemoveIndex(
            model_name="customer",
            name="customer_phone",
        ),
        migrations.RemoveIndex(
            model_name="customer",
            name="customer_given_name",
        ),
        migrations.RemoveIndex(
            model_name="customer",
            name="customer_phone_ending",
        ),
        migrations.AddField(
            model_name="customer",
            name="name_key",
            field=models.CharField(default="", max_length=240),
        ),
        migrations.AddField(
            model_name="customer",
            name="number_key",
            field=models.CharField(default="", max_length=64),
        ),
        migrations.AddField(
            model_name="customer",
            name="phone_key",
            field=models.CharField(default="", max_length=64),
        ),
        migrations.AddField(
            model_name="customer",
            name="words",
            field=models.TextField(default=""),
        ),
        migrations.RunSQL(KEYS, migrations.RunSQL.noop),
        migrations.RunSQL(
            f'DROP INDEX IF EXISTS "{LIKE}"',
            f'CREATE INDEX "{LIKE}" ON customers_customer (customer_id varchar_pattern_ops)',
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                fields=["name_key"], name="customer_name_key", opclasses=["varchar_pattern_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                fields=["number_key"], name="customer_number_key", opclasses=["varchar_pattern_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                fields=["phone_key"], name="customer_phone_key", opclasses=["varchar_pattern_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                django.db.models.functions.comparison.Collate(
                    django.db.models.functions.text.Substr("name_key", 2), "C"
                ),
                name="customer_given_name",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=django.contrib.postgres.indexes.GinIndex(
                stead.customers.models.Words("words"), fastupdate=False, name="customer_words"
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                django.db.models.functions.text.Right("phone_key", 4), name="customer_phone_ending"
            ),
        ),
    ]
