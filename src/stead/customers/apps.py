"""How Django knows this folder."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """The `customers` app."""

    name = "stead.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"
