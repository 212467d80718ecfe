"""How Django knows this folder."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The `core` app: no tables, only components of pages."""

    name = "stead.core"
    label = "core"
