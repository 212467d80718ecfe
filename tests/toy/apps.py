"""How Django knows this folder."""

from django.apps import AppConfig


class ToyConfig(AppConfig):
    """The `toy` app."""

    name = "stead.toy"
    label = "toy"
    default_auto_field = "django.db.models.BigAutoField"
