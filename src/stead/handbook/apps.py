"""How Django knows this folder."""

from django.apps import AppConfig


class HandbookConfig(AppConfig):
    """The `handbook` app."""

    name = "stead.handbook"
    label = "handbook"
    default_auto_field = "django.db.models.BigAutoField"
