"""How much a draft changes, kept beside it, so that a list of drafts need not compare each of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("handbook", "0003_guards")]

    operations = [migrations.AddField("draft", "counts", models.JSONField(default=dict))]
