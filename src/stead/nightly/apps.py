"""How Django knows this folder."""

from django.apps import AppConfig


class NightlyConfig(AppConfig):
    """The `nightly` app."""

    name = "stead.nightly"
    label = "nightly"
    default_auto_field = "django.db.models.BigAutoField"
