"""How Django knows this folder."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The `desk` app."""

    name = "stead.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
