"""The practices of the handbook: the one place that names them.

To add a practice is to add a folder and a line here; to delete it is to delete them. Settings, nights,
simulations and pages find what a practice declares by the name of its folder.
"""

from pkgutil import resolve_name
from typing import Any

PRACTICES = (
    "customers",
    "segmentation",
    "retention",
    "engagement",
)


def apps() -> list[str]:
    """The Django apps of the practices."""
    return [f"stead.{name}" for name in PRACTICES]


def declared(name: str, module: str, attribute: str) -> Any:
    """What a practice declares in one of its modules."""
    return resolve_name(f"stead.{name}.{module}:{attribute}")
