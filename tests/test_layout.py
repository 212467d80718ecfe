"""The project as a whole: that what it needs can be found."""

from django.apps import apps


def test_every_app_of_ours_is_installed() -> None:
    """A folder with tables that Django does not know would have no migrations."""
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("stead.")}
    assert {"access", "audit", "customers", "handbook", "segmentation", "engagement", "nightly"} <= ours
