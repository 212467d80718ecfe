"""How Django knows this folder."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """The `access` app."""

    name = "stead.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"
