"""Files that are no part of the project are found by themselves, beside the checkout or one folder up."""

from pathlib import Path

import pytest

from tests import beside


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout two folders deep, with no variable set."""
    place = tmp_path / "work" / "stead"
    place.mkdir(parents=True)
    monkeypatch.setattr(beside, "CHECKOUT", place)
    monkeypatch.delenv("STEAD_BERKA", raising=False)
    return place


@pytest.mark.parametrize("up", [0, 1])
def test_the_folder_is_found_beside_the_checkout_and_one_up(checkout: Path, up: int) -> None:
    folder = checkout.parents[up] / "shared" / "data" / "berka"
    folder.mkdir(parents=True)
    assert beside.beside("STEAD_BERKA", "data", "berka") == folder


def test_the_variable_goes_first(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout.parent / "shared" / "data" / "berka").mkdir(parents=True)
    monkeypatch.setenv("STEAD_BERKA", "/elsewhere")
    assert beside.beside("STEAD_BERKA", "data", "berka") == Path("/elsewhere")


def test_where_there_is_none_the_place_beside_the_checkout_is_named(checkout: Path) -> None:
    assert beside.beside("STEAD_BERKA", "data", "berka") == checkout.parent / "shared" / "data" / "berka"
