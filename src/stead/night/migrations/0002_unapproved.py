"""A run by rules that nobody approved says so for as long as it is shown."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("nightly", "0001_initial")]

    operations = [
        migrations.AddField("run", "unapproved", models.CharField(max_length=500, blank=True, default=""))
    ]
