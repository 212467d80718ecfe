"""The demo's logins: one a role, kept between starts."""

from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory
from pytest_django import Settings
from tests import factories

from stead.access.actions import add_first_administrator
from stead.access.models import Role, User
from stead.web.demo_logins import busiest_banker, ensure_logins, logins_path
from stead.web.slots import wire

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    wire()


def test_each_role_has_a_login_that_opens_without_a_new_password() -> None:
    factories.night()
    logins = ensure_logins()
    assert {login.role for login in logins} == set(Role.values)
    for login in logins:
        user = authenticate(RequestFactory().get("/"), username=login.username, password=login.password)
        assert isinstance(user, User)
        assert not user.password_is_one_time


def test_the_file_with_the_passwords_is_the_owner_s_alone() -> None:
    factories.night()
    ensure_logins()
    assert logins_path().stat().st_mode & 0o777 == 0o600


def test_a_second_start_has_the_same_passwords() -> None:
    factories.night()
    assert ensure_logins() == ensure_logins()


def test_a_lost_file_gives_new_passwords() -> None:
    factories.night()
    before = ensure_logins()
    logins_path().unlink()
    after = ensure_logins()
    assert [login.username for login in after] == [login.username for login in before]
    assert all(new.password != old.password for new, old in zip(after, before, strict=True))


def test_the_banker_is_the_one_with_the_most_to_show() -> None:
    factories.night()
    factories.banker("B2", name="沈佳")
    factories.customer("C1")
    factories.action("C1", kind="owed_contact", banker_id="B1")
    factories.action("C1", kind="warning_red", banker_id="B2")
    assert busiest_banker().banker_id == "B2"


def test_without_a_night_it_says_so() -> None:
    with pytest.raises(LookupError, match="No night has been published"):
        busiest_banker()


def test_the_door_for_the_first_administrator_opens_once() -> None:
    add_first_administrator(by=None, username="one", full_name="One")
    with pytest.raises(ValueError, match="there is an administrator already"):
        add_first_administrator(by=None, username="two", full_name="Two")


def test_there_are_two_policy_officers_so_that_one_can_approve_the_other_s_draft() -> None:
    factories.night()
    logins = ensure_logins()
    assert [one.username for one in logins if one.role == Role.POLICY_OFFICER] == ["policy", "policy2"]
