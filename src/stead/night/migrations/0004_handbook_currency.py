"""The currency in which the handbook's amounts are written, beside the bank's own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("nightly", "0003_accepted_delivery"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="handbook_currency",
            field=models.CharField(blank=True, default="", max_length=3),
        ),
    ]
