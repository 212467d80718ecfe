"""How the bank's folder is held against the edition in force, and what its owner is told."""

from datetime import date
from pathlib import Path

import pytest

from stead.handbook import actions
from stead.handbook.content import archive
from stead.handbook.folder_changes import FolderChanges, folder_changes
from stead.handbook.models import Draft
from stead.handbook.tests.making import FILES, LATER, approved, horizon, officer, submitted

pytestmark = [pytest.mark.database, pytest.mark.django_db]
CHANGED = FILES | {"params.csv": horizon(30)}


@pytest.fixture(autouse=True)
def founded() -> Draft:
    return actions.found(by="night", files=FILES)


def changes_of(files: dict[str, str], folder: Path, day: date = LATER) -> FolderChanges | None:
    archive.to_folder(files, folder / "my book")
    return folder_changes(folder / "my book", FILES, day)


def test_the_folder_of_the_edition_in_force_needs_no_word(tmp_path: Path) -> None:
    assert changes_of(FILES, tmp_path) is None


def test_a_changed_file_is_told_with_the_command_that_brings_it_in(tmp_path: Path) -> None:
    changes = changes_of(CHANGED, tmp_path)
    assert changes is not None
    assert changes.files == ("params.csv",)
    assert changes.sentence.startswith(f"1 file of {tmp_path}/my book differs from the edition in force")
    # A shell would take a name with a space for two.
    assert f"`stead handbook import '{tmp_path}/my book' --name" in changes.sentence


def test_files_added_and_removed_count_too(tmp_path: Path) -> None:
    removed = next(path for path in sorted(FILES) if path != "params.csv")
    files = {path: text for path, text in FILES.items() if path != removed} | {"9.9/clause.en.md": "# New\n"}
    changes = changes_of(files, tmp_path)
    assert changes is not None
    assert set(changes.files) == {removed, "9.9/clause.en.md"}
    assert changes.sentence.startswith("2 files of ")


def test_no_folder_needs_no_word(tmp_path: Path) -> None:
    assert folder_changes(tmp_path / "none", FILES, LATER) is None


def test_a_file_that_cannot_be_read_is_told_and_stops_nothing(tmp_path: Path) -> None:
    archive.to_folder(FILES, tmp_path / "book")
    (tmp_path / "book" / "params.csv").write_bytes(b"name,value\n\xff")
    changes = folder_changes(tmp_path / "book", FILES, LATER)
    assert changes is not None
    assert "params.csv: not UTF-8 at byte 11; save it as UTF-8" in changes.sentence


def test_a_folder_that_was_brought_in_already_is_told_by_its_draft(tmp_path: Path) -> None:
    wei = officer("wei")
    draft = actions.import_files(by=wei, files=CHANGED, name="2027.1", comment="from git")
    changes = changes_of(CHANGED, tmp_path)
    assert changes is not None
    assert "2027.1 has this content (draft) and waits for its approval" in changes.sentence
    actions.withdraw(by=wei, draft=draft, comment="no")
    again = folder_changes(tmp_path / "my book", FILES, LATER)
    assert again is not None
    assert "stead handbook import" in again.sentence


def test_an_approved_edition_is_told_with_its_day_and_the_one_before_it_is_not_told(tmp_path: Path) -> None:
    wei, hana = officer("wei"), officer("hana")
    draft = actions.import_files(by=wei, files=CHANGED, name="2027.1", comment="from git")
    approved(hana, submitted(wei, draft))
    before = LATER.replace(year=LATER.year - 1)
    changes = changes_of(CHANGED, tmp_path, before)
    assert changes is not None
    assert f"from {LATER} they decide by 2027.1" in changes.sentence
    # Once it holds, a folder that is still the founding edition would put it back if it were brought in.
    archive.to_folder(FILES, tmp_path / "old")
    assert folder_changes(tmp_path / "old", CHANGED, LATER) is None
