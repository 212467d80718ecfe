"""`stead users`: the first administrator, and lists of users from a file."""

import csv
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import click
from django.core.management import call_command

from stead.access.actions import add_first_administrator, import_users
from stead.access.models import Role, User
from stead.access.user_import import Change, Plan, plan
from stead.access.user_list import Fault, read_users
from stead.core.formats import counted

FAULTY = 1


@click.group()
def users() -> None:
    """The people who log in."""


@users.command("add-administrator")
@click.argument("username")
@click.option("--name", "full_name", default="", help="The person's name; the login name when not given.")
def add_administrator(username: str, full_name: str) -> None:
    """Add the first administrator, who then adds everybody else on the page of users or from a list.

    Prints a password that is good for one log-in. Exit codes: 0 added; 1 there is an administrator already.
    """
    call_command("migrate", verbosity=0)
    try:
        user, password = add_first_administrator(by=None, username=username, full_name=full_name or username)
    except ValueError as refused:
        raise click.ClickException(str(refused)) from None
    click.echo(f"{user.username} may log in once with {password} and then chooses a password.")


@users.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "username", required=True, help="The administrator who imports, by login name.")
@click.option("--check", "only_check", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--disable-others", is_flag=True, help="Disable users who are not in the list, but for --by.")
@click.option(
    "--passwords",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A new file for the one-time passwords, for its owner alone; they are printed when not given.",
)
@click.option("--json", "as_machine", is_flag=True, help="Print what was done, or the faults, as JSON.")
def import_command(
    file: Path,
    username: str,
    passwords: Path | None,
    *,
    only_check: bool,
    disable_others: bool,
    as_machine: bool,
) -> None:
    """Add and change users from the CSV FILE, in UTF-8 or as Excel writes it in China (GBK).

    Columns: username, name and role (banker, branch_head, policy_officer, auditor, administrator), and if
    wanted banker_id, branch_id, language (zh-hans, en), email, active (yes, no); Chinese headers are known
    too. What is wrong is told all at once, with row and column, and nothing is written then. A second time
    the same file changes nothing. Who is new gets a password that is good for one log-in.

    Exit codes: 0 done, or nothing to do; 1 the file has faults; 2 usage.
    """
    # As every command that comes first on a new database: the tables are made, and what is missing is said.
    call_command("migrate", verbosity=0)
    by = User.objects.filter(username=username, role=Role.ADMINISTRATOR, is_active=True).first()
    if by is None:
        raise click.UsageError(f"--by {username}: there is no active administrator of this login name.")
    listed, faults = read_users(file.read_bytes())
    found, unfit = plan(by, listed, disable_others=disable_others)
    faults = sorted([*faults, *unfit], key=lambda fault: fault.row)
    if faults:
        _tell_faults(file, faults, as_machine=as_machine)
        raise SystemExit(FAULTY)
    target = _opened(passwords) if passwords and found.added and not only_check else None
    added = [] if only_check else import_users(by=by, plan=found)
    if as_machine:
        click.echo(json.dumps(_as_json(found, done=not only_check), ensure_ascii=False, indent=1))
    else:
        _tell_plan(found, done=not only_check)
    _hand_out(added, target, as_machine=as_machine)


def _opened(path: Path) -> TextIO:
    """A new file that only its owner reads, opened before anything is done so that no password is lost."""
    try:
        return os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8-sig"
        )
    except OSError as error:
        raise click.UsageError(
            f"{path}: {error.strerror}; right would be a new file in a folder that is there."
        ) from None


def _hand_out(added: Sequence[tuple[User, str]], target: TextIO | None, *, as_machine: bool) -> None:
    """Write the one-time passwords where they were asked for; on standard error beside JSON."""
    rows = [(user.username, user.full_name, password) for user, password in added]
    if target is not None:
        with target:
            csv.writer(target).writerows([("username", "name", "one_time_password"), *rows])
        return
    for username, _, password in rows:
        told = f"{username} may log in once with {password} and then chooses a password."
        click.echo(told, file=sys.stderr if as_machine else sys.stdout)


def _tell_faults(file: Path, faults: Sequence[Fault], *, as_machine: bool) -> None:
    if as_machine:
        told = [{"row": fault.row, "column": fault.column, "message": fault.message} for fault in faults]
        click.echo(json.dumps({"faults": told}, ensure_ascii=False, indent=1))
        return
    for fault in faults:
        click.echo(f"{file}, {fault}" if fault.row else f"{file}: {fault}", err=True)
    click.echo(f"Nothing was changed: {counted(len(faults), 'fault')}.", err=True)


def _tell_plan(found: Plan, *, done: bool) -> None:
    if found.is_empty:
        click.echo("Nothing to do: all users are as the file says.")
        return
    for one in found.added:
        what = "added" if done else "to add"
        parts = [one.username, f"{one.full_name},", one.role, one.banker_id, one.branch_id]
        click.echo(f"{what:<12} {' '.join(part for part in parts if part)}")
    for change in found.changed:
        for verb, told in _steps(change):
            what = verb if done else f"to {verb}"
            click.echo(f"{what:<12} {change.user.username} {told}".rstrip())


def _steps(change: Change) -> list[tuple[str, str]]:
    """The steps of a change in words: what is done, and from what to what."""
    steps = [
        ("change", f"{name}: {before or '–'} → {after or '–'}")
        for name, (before, after) in change.fields.items()
    ]
    if change.active is not None:
        steps.append(("enable" if change.active else "disable", ""))
    return steps


def _as_json(found: Plan, *, done: bool) -> dict[str, object]:
    return {
        "done": done,
        "added": [one.username for one in found.added],
        "changed": [
            {
                "username": each.user.username,
                "fields": {name: list(pair) for name, pair in each.fields.items()},
            }
            for each in found.changed
            if each.fields
        ],
        "disabled": [each.user.username for each in found.changed if each.active is False],
        "enabled": [each.user.username for each in found.changed if each.active is True],
    }
