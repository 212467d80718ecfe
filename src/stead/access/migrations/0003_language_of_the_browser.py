"""A user who chose no language reads in the browser's; what older users have stays, chosen or not."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0002_user_password_is_one_time")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="language",
            field=models.CharField(
                blank=True,
                choices=[("zh-hans", "中文"), ("en", "English")],
                default="",
                max_length=10,
                verbose_name="language",
            ),
        ),
    ]
