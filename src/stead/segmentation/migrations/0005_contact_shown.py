"""The last contact to show, beside the last that is a contact owed. The next night fills it in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("segmentation", "0004_ended"),
    ]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="contact_shown_on",
            field=models.DateField(null=True),
        ),
    ]
