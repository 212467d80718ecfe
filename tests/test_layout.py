"""The project as a whole: that what it needs can be found."""

from pathlib import Path

from django.apps import apps

SOURCE = Path(__file__).parents[1] / "src/stead"


def test_every_app_of_ours_is_installed() -> None:
    """A folder with tables that Django does not know would have no migrations."""
    ours = {config.name for config in apps.get_app_configs() if config.name.startswith("stead.")}
    tables = [path.parent.name for path in SOURCE.glob("*/models.py")]
    assert {"access", "audit", "customers", "handbook", "segmentation", "engagement", "night"} <= set(tables)
    assert {f"stead.{folder}" for folder in tables} <= ours
