"""Who left or died, and since when. The next night fills it in; until then everybody is a customer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("segmentation", "0003_no_pattern_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="ended",
            field=models.CharField(
                blank=True,
                choices=[("left", "Left"), ("deceased", "Deceased")],
                default="",
                max_length=8,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="standing",
            name="ended_on",
            field=models.DateField(null=True),
        ),
    ]
