"""A practice is one folder and one line: a toy that gives everything comes into a copy and goes.

The toy lies in `tests/toy`. Nothing of the copied house is edited but the list in `web/wiring.py`.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = [pytest.mark.database, pytest.mark.slow]
LAST = '    "engagement",\n'


class House:
    """A copy of the source and of the handbook, with data of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        leave = shutil.ignore_patterns("tests", "__pycache__")
        shutil.copytree(ROOT / "src/stead", folder / "src/stead", ignore=leave)
        shutil.copytree(ROOT / "handbook", folder / "handbook")
        self.wiring = folder / "src/stead/web/wiring.py"

    def put_in(self) -> None:
        """The toy's folder and its line; and, as the bank's process office would, its table."""
        shutil.copytree(ROOT / "tests/toy", self.folder / "src/stead/toy")
        shutil.move(self.folder / "src/stead/toy/survey.dmn", self.folder / "handbook/2.5/survey.dmn")
        text = self.wiring.read_text("utf-8")
        assert text.count(LAST) == 1
        self.wiring.write_text(text.replace(LAST, LAST + '    "toy",\n'), "utf-8")

    def take_out(self) -> None:
        """Delete the folder and the line."""
        shutil.rmtree(self.folder / "src/stead/toy")
        self.wiring.write_text(self.wiring.read_text("utf-8").replace('    "toy",\n', ""), "utf-8")

    def run(self, how: str) -> dict[str, Any]:
        """Let the scenario run in this house; what it saw."""
        ours = ("STEAD_", "DATABASE_")
        kept = {name: text for name, text in os.environ.items() if not name.startswith(ours)}
        own = {
            "PYTHONPATH": str(self.folder / "src"), "STEAD_DATA": str(self.folder / "var"),
            "STEAD_HANDBOOK": str(self.folder / "handbook"), "STEAD_HOSTS": "testserver",
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, str(ROOT / "tests/toy_scenario.py"), how],
            env=kept | own, capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-4000:]
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found


def test_a_practice_comes_with_its_folder_and_a_line_and_goes_with_them(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.put_in()
    seen = house.run("with")
    _, many, few = seen["names"]
    # The night: facts after what they read, a decision with its action, the file's readers.
    assert seen["order"].index("toy_collectors") > seen["order"].index("standings")
    assert (seen["extract"], seen["coverage"]) == (True, ["decisions"])
    assert seen["action"][:4] == [True, "2.5", "2.5/survey.dmn", "2.5-survey-1"]
    # Pages: block, timeline, words of decisions and values, list, day, own page, navigation, measure.
    assert "120 stamps in the album" in seen["customer"]
    assert "Stamps spoken of: 120" in seen["timeline"]
    assert "Zeal for stamps" in seen["decisions"]
    assert "2.5-survey-1" in seen["why"]
    assert "120" in seen["list"]
    assert all(title in seen["list"] for title in ("Collects", "collects stamps", "Stamps owned"))
    assert seen["csv"].splitlines()[0].endswith("Since") or "Stamps owned" in seen["csv"]
    assert any(line.startswith(f"{many},") and "120" in line.split(",") for line in seen["csv"].splitlines())
    assert "Stamp collectors" in seen["day"]
    assert "Album of stamps" in seen["day"]
    assert "every stamps in the album" in seen["album"]
    assert "All the stamps" in seen["overview"]
    assert "127" in seen["overview"]
    # The simulation: a lower number of stamps asks for a word with one customer more.
    assert seen["simulation"]["words"]["toy_word"] == [1, 2]
    assert float(seen["simulation"]["measures"]["toy_stamps"]) == 127
    house.take_out()
    without = house.run("without")
    assert "stamps" not in without["customer"]
    assert "toy_word" not in without["actions"]
    assert "toy_collectors" not in without["tables"]
    assert few
