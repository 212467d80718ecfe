"""How Django knows this folder."""

from django.apps import AppConfig


class RetentionConfig(AppConfig):
    """The `retention` app."""

    name = "stead.retention"
    label = "retention"
    default_auto_field = "django.db.models.BigAutoField"
