"""What holds for every request, whichever page it asks for."""

from pathlib import Path

import pytest
from django.test import Client
from tests import factories

from stead.access.models import Role
from stead.web.settings import _secret_key


@pytest.fixture
def banker(client: Client) -> Client:
    factories.night()
    factories.customer("C1")
    client.force_login(factories.user(Role.BANKER))
    return client


@pytest.mark.database
@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/search/?q=%00", "/customers/?q=a%00", "/customers/%00/", "/customers/?after=1%7C%00"]
)
def test_a_nul_in_what_was_sent_is_a_bad_request(banker: Client, address: str) -> None:
    assert banker.get(address).status_code == 400


@pytest.mark.database
@pytest.mark.django_db
def test_a_nul_in_a_form_is_a_bad_request(banker: Client) -> None:
    data = {"channel": "call", "outcome": "reached", "message_class": "service", "note": "a\0b"}
    assert banker.post("/customers/C1/contact/", data).status_code == 400


@pytest.mark.database
@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/day/", "/customers/C1/", "/customers/", "/customers.csv"])
def test_what_shows_customers_is_kept_in_no_cache(banker: Client, address: str) -> None:
    assert "no-store" in banker.get(address)["Cache-Control"]


def test_a_secret_key_is_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "secret-key"
    made = _secret_key(path)
    assert len(made) > 50
    assert _secret_key(path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["secret-key"]
