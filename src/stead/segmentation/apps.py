"""How Django knows this folder."""

from django.apps import AppConfig


class SegmentationConfig(AppConfig):
    """The `segmentation` app."""

    name = "stead.segmentation"
    label = "segmentation"
    default_auto_field = "django.db.models.BigAutoField"
