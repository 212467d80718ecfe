"""Markers of finished stages, names of runs, and what stays of old ones."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from stead.night import manifest
from stead.night.manifest import Done, Inputs

INPUTS = Inputs(date(2026, 11, 23), {"customers": "a"}, {"country": "CN"}, {"assignments": "b"}, "h", "c")


def done(folder: Path) -> Done:
    """A stage that wrote one file."""
    path = folder / "features" / "features.parquet"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"rows")
    return Done("features", (manifest.output(folder, path, 4),), 1.5)


def test_a_finished_stage_is_read_back(tmp_path: Path) -> None:
    finished = done(tmp_path)
    manifest.mark_done(tmp_path, finished)
    assert manifest.read_done(tmp_path, "features") == finished


def test_a_stage_without_a_marker_is_not_finished(tmp_path: Path) -> None:
    done(tmp_path)
    assert manifest.read_done(tmp_path, "features") is None


def test_a_stage_whose_file_is_torn_is_not_finished(tmp_path: Path) -> None:
    manifest.mark_done(tmp_path, done(tmp_path))
    (tmp_path / "features" / "features.parquet").write_bytes(b"row")
    assert manifest.read_done(tmp_path, "features") is None


def test_each_input_changes_the_name_of_the_run() -> None:
    others = (
        replace(INPUTS, extracts={"customers": "x"}),
        replace(INPUTS, bank={"country": "CZ"}),
        replace(INPUTS, ledger={"assignments": "x"}),
        replace(INPUTS, handbook="x"),
        replace(INPUTS, code="x"),
    )
    assert len({INPUTS.run_id, *(other.run_id for other in others)}) == 6
    assert INPUTS.run_id.startswith("2026-11-23-")
    assert len(INPUTS.run_id) == 23


def test_the_hash_of_a_manifest_leaves_seconds_out(tmp_path: Path) -> None:
    finished = done(tmp_path)
    slow = replace(finished, seconds=99.0)
    first, second = (manifest.build(INPUTS, [stage]) for stage in (finished, slow))
    assert first["timing"] != second["timing"]
    assert first["sha256"] == second["sha256"]
    other = replace(finished, outputs=(replace(finished.outputs[0], sha256="x"),))
    assert manifest.build(INPUTS, [other])["sha256"] != first["sha256"]


def test_the_code_version_follows_the_source_but_not_the_tests(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "a.py").write_text("1")
    before = manifest.code_version(tmp_path)
    (tmp_path / "tests" / "test_a.py").write_text("2")
    assert manifest.code_version(tmp_path) == before
    (tmp_path / "a.py").write_text("3")
    assert manifest.code_version(tmp_path) != before


def test_old_runs_keep_less_the_older_they_are(tmp_path: Path) -> None:
    files = ("features/f.parquet", "decisions/tier.parquet", "published/c.parquet", "ledger/c.parquet")
    folders = [tmp_path / "nights" / f"2026-11-2{day}" / f"run{day}" for day in range(4)]
    for folder in folders:
        for file in (*files, "manifest.json"):
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text("{}")
    kept = manifest.Kept(published=1, decisions=2, decided=frozenset({"decisions/tier.parquet"}))
    manifest.prune(tmp_path, [folders[3]], kept)
    left = [sorted(part.name for part in folder.iterdir()) for folder in folders]
    assert left == [
        ["ledger", "manifest.json"],
        ["decisions", "ledger", "manifest.json"],
        ["decisions", "ledger", "manifest.json", "published"],
        ["decisions", "features", "ledger", "manifest.json", "published"],
    ]
