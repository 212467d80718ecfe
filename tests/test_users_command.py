"""The first administrator from the command line."""

import pytest
from click.testing import CliRunner

from stead.access.commands import users
from stead.access.models import Role, User
from stead.web.slots import wire

pytestmark = [pytest.mark.database, pytest.mark.django_db]

wire()


def test_the_first_administrator_gets_a_password_for_one_login() -> None:
    said = CliRunner().invoke(users, ["add-administrator", "chen", "--name", "陈宇"])
    user = User.objects.get(username="chen")
    assert (said.exit_code, user.role, user.full_name) == (0, Role.ADMINISTRATOR, "陈宇")
    assert user.check_password(said.output.split("with ")[1].split(" and")[0])


def test_there_is_no_second_first_administrator() -> None:
    CliRunner().invoke(users, ["add-administrator", "chen"])
    said = CliRunner().invoke(users, ["add-administrator", "li"])
    assert said.exit_code == 1
    assert "administrator already" in said.output
