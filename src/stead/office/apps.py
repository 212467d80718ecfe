"""How Django knows this folder."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """The `office` app."""

    name = "stead.office"
    label = "office"
