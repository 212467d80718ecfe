from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.AddField("user", "password_is_one_time", models.BooleanField(default=False)),
    ]
