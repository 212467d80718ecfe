"""Somebody changes the handbook's folder after the first night: the commands say why nothing changes."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings

from stead.handbook.content import archive
from stead.handbook.content.book import load
from stead.handbook.models import Version
from stead.night.models import Run
from stead.web.cli import main

pytestmark = [
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    # Ibis uses a name that DuckDB is about to drop.
    pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning"),
]
TIER = "2.2/tier.dmn"
DAY = ("--date", "2026-11-20")


def told(*arguments: str) -> str:
    """What a command of `stead` says besides its result."""
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return " ".join(result.stderr.split())


def test_a_folder_changed_after_the_first_night_is_told_by_the_next_and_by_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "book"
    archive.to_folder(load(Path(settings.HANDBOOK)).files, folder)
    monkeypatch.setattr(settings, "HANDBOOK", str(folder))
    monkeypatch.setattr(settings, "DATA", str(tmp_path))
    demo = ("demo", "--customers", "64", "--history", "0", *DAY)
    assert "differ" not in told(*demo) + told("night", *DAY)
    text = (folder / TIER).read_text("utf-8")
    (folder / TIER).write_text(text.replace("&gt;= 10000000", "&gt;= 9900000", 1), "utf-8")
    for said in (told("night", *DAY), told(*demo)):
        assert f"1 file of {folder} differs from the edition in force" in said
        assert f"stead handbook import {folder} --name" in said
    run = Run.objects.get()
    assert (run.folder_changes["files"], run.handbook_version) == ([TIER], Version.objects.get().pk)
    assert "differ" not in told("night", *DAY, "--handbook", str(folder))
    assert Run.objects.exclude(pk=run.pk).get().folder_changes == {}
