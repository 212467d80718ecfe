"""How Django knows this folder."""

from django.apps import AppConfig


class EngagementConfig(AppConfig):
    """The `engagement` app."""

    name = "stead.engagement"
    label = "engagement"
    default_auto_field = "django.db.models.BigAutoField"
