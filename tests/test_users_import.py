"""A list of users: all its faults at once, nothing done when there is one, nothing the second time."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from click.testing import CliRunner, Result
from django.db import connection

from stead.access.actions import add_first_administrator
from stead.access.commands import users
from stead.access.models import Role, User
from stead.audit.models import Entry
from stead.core.postgres import address_of
from stead.web.slots import wire

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LIST = """\
登录名,姓名,角色,客户经理号,机构号,语言,邮箱,在用
chen.yu,陈宇,客户经理,E01,,中文,chen@bank.example,是
sun.li,孙丽,网点主任,,0101,zh-hans,,是
auditor.wu,吴审,auditor,,,en,,是
"""

wire()


@pytest.fixture(autouse=True)
def _administrator() -> None:
    add_first_administrator(by=None, username="root", full_name="Root")


def bring_in(tmp_path: Path, text: str | bytes, *options: str) -> Result:
    """Run the import over a file with this text."""
    path = tmp_path / "users.csv"
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return CliRunner().invoke(users, ["import", str(path), "--by", "root", *options])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_users_come_in_as_excel_wrote_them(tmp_path: Path, encoding: str) -> None:
    said = bring_in(tmp_path, LIST.encode(encoding))
    assert said.exit_code == 0, said.output
    chen = User.objects.get(username="chen.yu")
    assert (chen.full_name, chen.role, chen.banker_id) == ("陈宇", Role.BANKER, "E01")
    assert (chen.language, chen.email, chen.is_active) == ("zh-hans", "chen@bank.example", True)
    assert User.objects.get(username="auditor.wu").language == "en"
    assert User.objects.get(username="sun.li").branch_id == "0101"


def test_who_is_new_gets_a_password_for_one_login(tmp_path: Path) -> None:
    said = bring_in(tmp_path, LIST)
    line = next(line for line in said.output.splitlines() if line.startswith("chen.yu may"))
    chen = User.objects.get(username="chen.yu")
    assert chen.check_password(line.split("with ")[1].split(" and")[0])
    assert chen.password_is_one_time


def test_passwords_go_into_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    target = tmp_path / "passwords.csv"
    said = bring_in(tmp_path, LIST, "--passwords", str(target))
    assert "may log in once" not in said.output
    name, _, password = target.read_text("utf-8-sig").splitlines()[1].split(",")
    assert User.objects.get(username=name).check_password(password)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    again = bring_in(tmp_path, LIST + "new,New,auditor,,,en,,yes\n", "--passwords", str(target))
    assert (again.exit_code, User.objects.filter(username="new").exists()) == (2, False)


def test_the_same_list_changes_nothing_the_second_time(tmp_path: Path) -> None:
    bring_in(tmp_path, LIST)
    entries, passwords = Entry.objects.count(), list(User.objects.values_list("username", "password"))
    said = bring_in(tmp_path, LIST)
    assert said.output == "Nothing to do: all users are as the file says.\n"
    assert (Entry.objects.count(), list(User.objects.values_list("username", "password"))) == (
        entries,
        passwords,
    )


def test_all_faults_are_told_with_row_and_column_and_nothing_is_written(tmp_path: Path) -> None:
    said = bring_in(
        tmp_path,
        "username,name,role,banker_id,branch_id,language,email,active\n"
        "good,Good,auditor,,,en,,yes\n"
        "no spaces,A,banker,,,en,,yes\n"
        ",B,chef,,,en,,yes\n"
        "GOOD,C,auditor,,,fr,nowhere,maybe\n"
        "short,D\n"
        "head,E,branch_head,,,en,,yes\n",
    )
    told = [line.split("users.csv, ")[1].split(":")[0] for line in said.output.splitlines()[:-1]]
    assert told == [
        "row 3, username", "row 3, banker_id", "row 4, username", "row 4, role", "row 5, language",
        "row 5, email", "row 5, active", "row 5, username", "row 6", "row 7, branch_id",
    ]  # fmt: skip
    assert said.exit_code == 1
    assert said.output.endswith("Nothing was changed: 10 faults.\n")
    assert list(User.objects.values_list("username", flat=True)) == ["root"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,role\nA,auditor\n", "row 1, username: is missing in the header"),
        ("username,name,role,colour\na,A,auditor,red\n", "row 1, colour: is unknown"),
        ("username,name,role,role\na,A,auditor,auditor\n", "row 1, role: stands twice"),
        ("", "the file is empty"),
        ('username,name,role\na,"A,auditor\n', "cannot be read"),
    ],
)
def test_a_list_of_another_form_is_refused(tmp_path: Path, text: str, told: str) -> None:
    said = bring_in(tmp_path, text)
    assert (said.exit_code, told in said.output) == (1, True)


def test_a_workbook_is_called_a_workbook(tmp_path: Path) -> None:
    assert "this is an Excel workbook" in bring_in(tmp_path, b"PK\x03\x04...").output


def test_the_check_shows_changes_and_does_none_of_them(tmp_path: Path) -> None:
    bring_in(tmp_path, LIST)
    entries = Entry.objects.count()
    changed = (
        LIST.replace("陈宇,客户经理,E01", "陈雨,客户经理,E02").replace("en,,是", "en,,否")
        + "new,N,auditor,,,,,是\n"
    )
    said = bring_in(tmp_path, changed, "--check")
    assert said.output.splitlines() == [
        "to add       new N, auditor",
        "to change    chen.yu banker_id: E01 → E02",
        "to change    chen.yu full_name: 陈宇 → 陈雨",
        "to disable   auditor.wu",
    ]
    assert (Entry.objects.count(), User.objects.get(username="chen.yu").banker_id) == (entries, "E01")
    bring_in(tmp_path, changed)
    chen = User.objects.get(username="chen.yu")
    assert (chen.banker_id, chen.full_name) == ("E02", "陈雨")
    assert not User.objects.get(username="auditor.wu").is_active
    verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))[entries:]
    assert sorted(verbs) == ["user.added", "user.changed", "user.disabled", "user.role_changed"]


def test_a_column_that_the_file_has_not_leaves_what_is_there(tmp_path: Path) -> None:
    bring_in(tmp_path, LIST)
    said = bring_in(tmp_path, "username,name,role,banker_id\nchen.yu,陈宇,banker,E01\n")
    assert said.output.startswith("Nothing to do")
    assert User.objects.get(username="chen.yu").email == "chen@bank.example"


def test_users_who_are_not_in_the_list_are_disabled_only_when_asked(tmp_path: Path) -> None:
    bring_in(tmp_path, LIST)
    shorter = "".join(LIST.splitlines(keepends=True)[:2])
    bring_in(tmp_path, shorter)
    assert User.objects.filter(is_active=True).count() == 4
    bring_in(tmp_path, shorter, "--disable-others")
    assert sorted(User.objects.filter(is_active=True).values_list("username", flat=True)) == [
        "chen.yu",
        "root",
    ]


def test_nobody_disables_themselves_by_a_list(tmp_path: Path) -> None:
    said = bring_in(tmp_path, "username,name,role,active\nroot,Root,administrator,no\n")
    assert (said.exit_code, User.objects.get(username="root").is_active) == (1, True)


def test_only_an_administrator_imports(tmp_path: Path) -> None:
    bring_in(tmp_path, LIST)
    path = tmp_path / "users.csv"
    said = CliRunner().invoke(users, ["import", str(path), "--by", "chen.yu"])
    assert (said.exit_code, "no active administrator" in said.output) == (2, True)


def test_a_program_reads_what_was_done(tmp_path: Path) -> None:
    said = bring_in(tmp_path, LIST, "--json")
    assert json.loads(said.stdout)["added"] == ["chen.yu", "sun.li", "auditor.wu"]
    assert "may log in once" in said.stderr


def test_on_a_database_without_tables_it_makes_them_and_says_who_is_missing(tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text(LIST, "utf-8")
    address = address_of(connection.settings_dict)
    name = "users_of_a_new_bank"
    empty = urlsplit(address)._replace(path=f"/{name}").geturl()
    command = [
        sys.executable,
        "-m",
        "stead.web",
        "users",
        "import",
        str(tmp_path / "users.csv"),
        "--by",
        "root",
    ]
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")
        try:
            done = subprocess.run(
                command, env=os.environ | {"DATABASE_URL": empty}, capture_output=True, text=True, check=False
            )
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    assert done.returncode == 2
    assert "there is no active administrator of this login name" in done.stderr
    assert "Traceback" not in done.stderr
