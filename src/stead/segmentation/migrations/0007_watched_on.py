"""When a watch began, which the movement table alone decides. The next night fills it in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("segmentation", "0006_unknown_balances"),
    ]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="watched_on",
            field=models.DateField(null=True),
        ),
    ]
