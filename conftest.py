"""What every test stands on."""

import pytest

from stead.core.catalogs import compile_catalogs


def pytest_configure(config: pytest.Config) -> None:
    """The pages' Chinese is read from compiled catalogues, so they must be there before Django starts."""
    del config
    compile_catalogs()
