"""`stead handbook` from the command line."""

import getpass
import json
import re
import socket
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.conf import settings
from django.test import Client
from tests import factories

from stead.access.models import Role
from stead.audit.models import Entry
from stead.handbook import actions, editions
from stead.handbook.commands import handbook
from stead.handbook.content import archive
from stead.handbook.content.book import Handbook, load
from stead.handbook.models import Draft
from stead.handbook.tests.making import FILES, LATER, approved, begun, edited, horizon, officer, submitted

DEFAULT = Path(settings.HANDBOOK)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(handbook, [str(one) for one in arguments])


def taken_in(path: Path, name: str = "2027.1", by: str = "wei") -> Result:
    return run("import", path, "--name", name, "--comment", "from git", "--by", by)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small handbook in a folder, with another horizon."""
    archive.to_folder(FILES | {"params.csv": horizon(30)}, tmp_path / "book")
    return tmp_path / "book"


@pytest.fixture
def founded(db: None) -> Draft:
    return actions.found(by="night", files=FILES)


@pytest.mark.database
def test_a_folder_is_taken_in_as_a_draft(founded: Draft, folder: Path) -> None:
    officer("wei")
    assert taken_in(folder).exit_code == 0
    draft = Draft.objects.get(name="2027.1")
    assert (draft.state, draft.author, draft.base_id) == ("draft", "wei", founded.version_id)
    assert draft.files["params.csv"] == horizon(30)


@pytest.mark.database
def test_what_is_there_already_makes_no_draft_and_says_so(founded: Draft, tmp_path: Path) -> None:
    (tmp_path / "book.zip").write_bytes(archive.to_zip(FILES))
    result = taken_in(tmp_path / "book.zip")
    assert (result.exit_code, f"identical with version {founded.version}" in result.output) == (0, True)
    assert Draft.objects.count() == 1


@pytest.mark.database
@pytest.mark.django_db
def test_before_any_edition_the_default_handbook_is_the_founding_one(folder: Path) -> None:
    officer("wei")
    taken_in(folder)
    assert editions.edition_of(date(2026, 1, 1)) == Draft.objects.get(name="founding")
    assert Draft.objects.get(name="founding").files == load(DEFAULT).files


@pytest.mark.database
@pytest.mark.parametrize(("by", "said"), [("nobody", "no user nobody"), ("auditor", "no policy officer")])
def test_only_a_policy_officer_takes_one_in(founded: Draft, folder: Path, by: str, said: str) -> None:
    del founded
    factories.user(Role.AUDITOR, "auditor")
    result = taken_in(folder, by=by)
    assert (result.exit_code, said in result.output) == (1, True)


@pytest.mark.database
def test_an_edition_comes_out_as_the_version_that_it_is(founded: Draft, tmp_path: Path) -> None:
    del founded
    wei, hana = officer("wei"), officer("hana")
    edition = approved(hana, submitted(wei, edited(wei, begun(wei))))
    for place in (tmp_path / "by-name", tmp_path / "by-name.zip"):
        assert run("export", edition.name, "--to", place).exit_code == 0
        assert Handbook(archive.take(place).files).version == edition.version_id
    assert run("export", str(edition.version_id)[:8], "--to", tmp_path / "by-hash").exit_code == 0
    assert archive.take(tmp_path / "by-hash").files == edition.files


@pytest.mark.database
def test_what_is_in_force_on_a_day_comes_out(founded: Draft, tmp_path: Path) -> None:
    wei, hana = officer("wei"), officer("hana")
    approved(hana, submitted(wei, edited(wei, begun(wei))))
    run("export", "--date", "2026-12-31", "--to", tmp_path / "before")
    run("export", "--date", LATER, "--to", tmp_path / "after")
    assert archive.take(tmp_path / "before").files == founded.files
    assert archive.take(tmp_path / "after").files["params.csv"] == horizon(30)


@pytest.mark.database
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("export", "nothing", "--to", "x"), 1, "`stead handbook list`"),
        (("export", "--to", "x"), 2, "either a version or name, or --date"),
    ],
)
def test_what_is_not_there_is_not_exported(
    founded: Draft, arguments: tuple[str, ...], code: int, said: str
) -> None:
    del founded
    result = run(*arguments)
    assert (result.exit_code, said in result.output) == (code, True)


@pytest.mark.database
def test_the_list_says_which_edition_is_in_force(founded: Draft) -> None:
    del founded
    wei, hana = officer("wei"), officer("hana")
    approved(hana, submitted(wei, edited(wei, begun(wei)), date(2026, 1, 1)))
    told = {one["name"]: one["state"] for one in json.loads(run("list", "--json").output)}
    assert told == {"2027.1": "in force", "founding": "superseded"}
    assert "in force" in run("list").output


def test_the_default_handbook_has_no_error() -> None:
    result = run("check", DEFAULT)
    assert (result.exit_code, " 0 errors" in result.output) == (0, True)


def test_an_error_is_told_with_its_file_and_row(tmp_path: Path) -> None:
    tier = FILES["2.2/tier.dmn"].replace("&gt;= 100", "&gt;= &gt;=")
    archive.to_folder(FILES | {"2.2/tier.dmn": tier}, tmp_path / "book")
    result = run("check", tmp_path / "book", "--json")
    told = json.loads(result.output)
    assert (result.exit_code, told["errors"]) == (1, 1)
    assert (told["findings"][0]["path"], told["findings"][0]["row"]) == ("2.2/tier.dmn", 1)


def test_a_folder_that_is_no_handbook_is_refused(tmp_path: Path) -> None:
    result = run("check", tmp_path)
    assert (result.exit_code, "params.csv is missing" in result.output) == (2, True)


@pytest.mark.database
def test_what_came_by_the_command_line_says_so_to_whoever_approves_it(
    founded: Draft, folder: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "batch7")
    monkeypatch.setattr(socket, "gethostname", lambda: "node3")
    wei = officer("wei")
    taken_in(folder)
    draft = Draft.objects.get(name="2027.1")
    told = {"via": "command line", "os_user": "batch7", "host": "node3"}
    assert draft.steps.get(kind="created").detail == {"base": founded.version_id, **told}
    entry = Entry.objects.get(verb="handbook.created", object_id=str(draft.pk))
    assert told.items() <= entry.detail.items()
    assert "wei" in editions.hands(draft)
    submitted(wei, draft)
    client.force_login(officer("other"))
    page = client.get(f"/handbook/drafts/{draft.pk}/").content.decode()
    [said] = re.findall(r"The files were imported from the command line[^<]*", page)
    assert "user batch7 on node3" in said
    assert "in the name of wei" in said


@pytest.mark.database
def test_what_was_written_on_the_pages_says_nothing_of_a_command_line(client: Client, db: None) -> None:
    author = officer("author")
    draft = submitted(author, edited(author, begun(author)))
    client.force_login(officer("other"))
    assert "command line" not in client.get(f"/handbook/drafts/{draft.pk}/").content.decode()
