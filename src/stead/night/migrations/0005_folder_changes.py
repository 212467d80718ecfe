"""How the bank's folder of the handbook differed from the edition in force."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("nightly", "0004_handbook_currency"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="folder_changes",
            field=models.JSONField(default=dict),
        ),
    ]
