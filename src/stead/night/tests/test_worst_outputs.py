"""Whatever the check of a handbook lets pass, a night survives: outputs of its tables, changed for the worst.

Each change is checked by itself. Those that pass go into one handbook, over which a night is run.
"""

import re
from pathlib import Path

import pytest

from stead.extracts.tests.plain_bank import make_plain_bank
from stead.handbook.draft_check import problems_of
from stead.night.stages import readers
from stead.night.tests.night_without_desk import founding, survives

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")
LISTS = sorted(path for path in readers() if path.endswith(".csv"))
TABLES = sorted(path for path in readers() if path.endswith(".dmn"))
_OUTPUT = re.compile(r"(<outputEntry[^>]*><text>)([^<]*)(</text>)")


@pytest.mark.slow
def test_a_night_survives_outputs_that_pass_lists_without_rows_and_texts_with_unknown_places(
    tmp_path: Path,
) -> None:
    values = ["0", "1", "-1", "1000000000", "null", '"x"', "10 ** 30", "true", '"' + "x" * 99 + '"', "1e400"]
    files, taken, place = dict(founding()), 0, 0
    for path in TABLES:
        for nth in range(len(_OUTPUT.findall(files[path]))):
            # Every fourth cell, so that there is a value of each kind in each table within the time.
            if nth % 4:
                continue
            place += 1
            cell = [match.span(2) for match in _OUTPUT.finditer(files[path])][nth]
            text = files[path][: cell[0]] + values[place % len(values)] + files[path][cell[1] :]
            if not [one for one in problems_of(path, text) if one.severity == "error"]:
                files[path], taken = text, taken + 1
    assert taken
    for path in LISTS:
        if path != "params.csv":
            files[path] = files[path].splitlines(keepends=True)[0]
    files["2.3/texts.toml"] += '\n[reason.of_ours]\nzh = "{{ } {x:text} %s"\nen = "{"\n'
    survives(tmp_path, make_plain_bank(tmp_path).deliver(), files)
