"""The toy's two tables."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Begin."""

    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("customer_id", models.CharField(db_index=True, max_length=32)),
                ("said_on", models.DateField()),
                ("stamps", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Collector",
            fields=[
                ("run_id", models.CharField(max_length=40)),
                ("customer_id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("stamps", models.IntegerField()),
                ("zeal", models.CharField(max_length=10)),
            ],
            options={"abstract": False},
        ),
    ]
