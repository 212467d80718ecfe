"""How Django knows this folder."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """The `insight` app."""

    name = "stead.insight"
    label = "insight"
    default_auto_field = "django.db.models.BigAutoField"
