"""`stead handbook`: versions in and out of the database, so that a handbook can live in the bank's git."""

import getpass
import json
import os
import socket
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.utils import timezone, translation
from rich.console import Console
from rich.table import Table

from stead.access.models import User
from stead.core.formats import counted
from stead.handbook import actions, editions
from stead.handbook.content import archive
from stead.handbook.content.book import Handbook, HandbookError, load
from stead.handbook.draft_check import problems
from stead.handbook.models import COMMAND_LINE, Draft, Version

HASH_LENGTH_MIN = 6
PROGRAM = "stead handbook"
_PATH = click.Path(exists=True, path_type=Path)


@click.group()
@click.pass_context
def handbook(context: click.Context) -> None:
    """The bank's handbook: check it, take it in as a draft, write it out, list its editions.

    A handbook is a folder, or a zip of one. A changed one is taken in as a draft, which a policy officer
    submits and another one approves on the pages; from its date the night decides by it.
    """
    # What is said here is said in the language of the commands, whatever the pages speak.
    context.with_resource(translation.override("en"))


def _taken(path: Path) -> dict[str, str]:
    """The files of a folder or zip; says what it leaves out."""
    try:
        content = archive.take(path)
    except archive.ArchiveError as error:
        raise click.UsageError(f"{path}: {error}") from None
    for name in content.left_out:
        click.echo(f"Left out, as it is hidden: {name}", err=True)
    return content.files


@handbook.command("import")
@click.argument("path", type=_PATH)
@click.option("--name", required=True, help="What the draft is called, such as 2026.5.")
@click.option("--comment", required=True, help="What it is for; kept with the draft and in the ledger.")
@click.option("--by", "username", required=True, help="The policy officer whose draft it is, by login name.")
@click.option("--base", help="Version or edition that PATH was made from, if not the newest one.")
def import_command(path: Path, name: str, comment: str, username: str, base: str | None) -> None:
    """Take the folder or zip PATH in as a draft.

    Nothing is in force by that: the draft is submitted and approved on the pages. When the content is the
    newest version already, it says so and makes no draft. Before there is any edition, STEAD_HANDBOOK
    becomes the founding one.

    Exit codes: 0 taken in, or identical; 1 refused, with the reason; 2 usage, or PATH is no handbook.
    """
    files = _taken(path)
    call_command("migrate", verbosity=0)
    try:
        if editions.head() is None:
            actions.found(by=PROGRAM, files=load(Path(settings.HANDBOOK)).files)
        head = editions.head()
        version = Handbook(files).version
        if head is not None and version == head.pk:
            click.echo(f"{path} is identical with version {head}, the newest one; no draft was made.")
            return
        draft = actions.import_files(
            by=User.objects.get(username=username),
            files=files,
            name=name,
            comment=comment,
            base=_version(base) if base else None,
            **_origin(),
        )
    except User.DoesNotExist:
        raise click.ClickException(f"There is no user {username}.") from None
    except PermissionDenied:
        raise click.ClickException(
            f"{username} is no policy officer; only those change the handbook."
        ) from None
    except (actions.RefusedError, HandbookError) as error:
        raise click.ClickException(str(error)) from None
    same = Draft.objects.filter(version=version).values_list("name", flat=True).first()
    click.echo(f"Draft {draft.name} was made of {path} ({version[:12]}, {counted(len(files), 'file')}).")
    if same:
        click.echo(f"Its content is identical with that of {same}.")


def _origin() -> dict[str, str]:
    """Who gave the command: nobody logged in, so what the operating system knows is kept."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    return {"via": COMMAND_LINE, "os_user": user, "host": socket.gethostname()}


def named(name: str) -> Draft | Version:
    """The draft or edition of a name, or the version of a hash or its beginning. Raises ClickException."""
    draft = Draft.objects.select_related("version").filter(name=name).first()
    if draft is not None:
        return draft
    found = (
        list(Version.objects.filter(pk__startswith=name.lower())[:2]) if len(name) >= HASH_LENGTH_MIN else []
    )
    if len(found) == 1:
        return found[0]
    problem = "several versions begin so; give more of it" if found else "`stead handbook list` lists them"
    raise click.ClickException(f"There is no one version or edition {name}: {problem}.")


def _version(name: str) -> Version:
    found = named(name)
    version = found if isinstance(found, Version) else found.version
    if version is None:
        raise click.ClickException(f"{name} is a draft and has no version yet; give what it was made from.")
    return version


@handbook.command("export")
@click.argument("name", metavar="[VERSION|NAME]", required=False)
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="What is in force on that day.")
@click.option(
    "--to", "place", required=True, type=click.Path(path_type=Path), help="A .zip file or a folder."
)
def export_command(name: str | None, day: datetime | None, place: Path) -> None:
    """Write a version, an edition, a draft, or what is in force on a day, byte for byte.

    VERSION is a version's hash or its first six digits or more. A folder must be empty or not there yet; a
    zip of the same content is the same to the byte.

    Exit codes: 0 written; 1 there is no such version, or something is in the way; 2 usage.
    """
    if (name is None) == (day is None):
        raise click.UsageError("Give either a version or name, or --date.")
    call_command("migrate", verbosity=0)
    found = named(name) if name is not None else editions.edition_of(day.date() if day else date.max)
    if found is None:
        raise click.ClickException("There is no edition yet; the first night brings it.")
    files: Mapping[str, str] = found.files
    try:
        if place.suffix == ".zip":
            with place.open("xb") as stream:
                stream.write(archive.to_zip(files))
        else:
            archive.to_folder(files, place)
    except FileExistsError:
        raise click.ClickException(f"{place} is there already; it is not written over.") from None
    except (archive.ArchiveError, OSError) as error:
        raise click.ClickException(str(error)) from None
    called = "" if isinstance(found, Version) else f" {found.name},"
    click.echo(
        f"Wrote{called} version {Handbook(files).version[:12]}, {counted(len(files), 'file')}, to {place}."
    )


@handbook.command("list")
@click.option("--json", "as_machine", is_flag=True, help="For a machine.")
def list_command(*, as_machine: bool) -> None:
    """List all drafts and editions, newest first, and which one is in force.

    Exit code: 0.
    """
    call_command("migrate", verbosity=0)
    drafts = list(Draft.objects.defer("files", "evidence"))
    # The next night's date decides what is in force; before the first night, today.
    today = editions.last_book_date() or timezone.localdate()
    status = editions.statuses(drafts, today)
    rows = [_as_json(draft, status[draft.pk]) for draft in drafts]
    if as_machine:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    table = Table(title=f"as of {today}", title_justify="left")
    for column in ("name", "state", "from", "version", "submitted by", "approved by"):
        table.add_column(column, no_wrap=column in {"from", "version"})
    for row in rows:
        table.add_row(
            row["name"],
            row["state"],
            row["effective_from"],
            row["version"][:12],
            row["submitted_by"],
            row["approved_by"],
        )
    Console().print(table)


def _as_json(draft: Draft, status: str) -> dict[str, Any]:
    return {
        "name": draft.name,
        "state": status,
        "effective_from": draft.effective_from.isoformat() if draft.effective_from else "",
        "version": draft.version_id or "",
        "base": draft.base_id or "",
        "author": draft.author,
        "submitted_by": draft.submitted_by,
        "approved_by": draft.approved_by,
    }


@handbook.command("check")
@click.argument("path", type=_PATH)
@click.option("--json", "as_machine", is_flag=True, help="Print the findings as JSON instead of lines.")
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
def check_command(path: Path, *, as_machine: bool, strict: bool) -> None:
    """Check the handbook in the folder or zip PATH: every table, every dated list, every text, the whole.

    An error stands in the way of a submission: a cell that cannot be read, rules that contradict each other,
    two rows that hold on one day. A warning does not: a combination that no rule covers, a rule that can
    never match. Needs no database.

    Exit codes: 0 no error; 1 an error; 2 PATH is no handbook.
    """
    files = _taken(path)
    found = problems(files)
    errors = sum(one.severity == "error" for one in found)
    warnings = sum(one.severity == "warning" for one in found)
    version = Handbook(files).version
    if as_machine:
        told = [
            {
                "severity": one.severity,
                "kind": one.kind,
                "path": one.path,
                "row": one.row,
                "column": one.column,
                "message": one.text,
                "example": one.example,
            }
            for one in found
        ]
        click.echo(
            json.dumps(
                {"version": version, "errors": errors, "warnings": warnings, "findings": told},
                ensure_ascii=False,
                indent=1,
            )
        )
    else:
        for one in found:
            row = f", row {one.row}" if one.row is not None else ""
            example = f"; for example {one.example}" if one.example else ""
            click.echo(f"{one.severity} ({one.kind}): {one.path}{row}: {one.text}{example}")
        click.echo(
            f"{version[:12]}: {counted(len(files), 'file')}, {counted(errors, 'error')}, "
            f"{counted(warnings, 'warning')}"
        )
    raise SystemExit(1 if errors or (strict and warnings) else 0)
