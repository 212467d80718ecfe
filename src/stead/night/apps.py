"""How Django knows this folder."""

from django.apps import AppConfig


class NightConfig(AppConfig):
    """The `night` app; its tables keep the name that they were made with."""

    name = "stead.night"
    label = "nightly"
    default_auto_field = "django.db.models.BigAutoField"
