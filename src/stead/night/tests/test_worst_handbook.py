"""Whatever the check of a handbook lets pass, a night survives: each cell of its lists at its worst.

Each change is checked by itself. Those that pass go into one handbook, over which a night is run.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from stead.engagement import models as engagement
from stead.engagement.festivals import festivals
from stead.extracts.delivery import Delivery
from stead.extracts.tests.plain_bank import make_plain_bank
from stead.handbook import night_needs
from stead.handbook.content import night_words
from stead.handbook.content.book import Handbook
from stead.handbook.content.csv_rows import Rows
from stead.handbook.draft_check import problems_of, whole_problems
from stead.night.stages import readers
from stead.night.tests.night_without_desk import founding, survives
from stead.segmentation import models as segmentation

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")
LISTS = sorted(path for path in readers() if path.endswith(".csv"))
TABLES = {path for path in readers() if path.endswith(".dmn")}
NUMBERS = ("0", "1", "-1", "99999", "1000000000000", "9" * 40, "1e3", "1_000", "NaN", "0.5", "")
DATES = ("0001-01-01", "1900-01-01", "9999-12-31", "2023-02-29", "infinity", "")
TEXTS = ("x" * 500, "{unknown}", "{a:money} {b", "王\N{RIGHT-TO-LEFT OVERRIDE}", "\"'\\", "a/b", "1")


def errors(path: str, text: str) -> list[str]:
    """What stands in the way of a file, alone or in its handbook."""
    with translation.override("en"):
        found = [one for one in problems_of(path, text) if one.severity == "error"]
        if not found and path == "params.csv":
            found = list(whole_problems({**founding(), path: text}))
    return [f"{one.path}, row {one.row}, {one.column}: {one.text}" for one in found]


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Delivery:
    bank = make_plain_bank(tmp_path_factory.mktemp("bank"))
    return bank.deliver()


def cells(path: str) -> Iterator[tuple[int, int]]:
    """The places of the cells of a list that the night reads."""
    rows = Rows.read(founding()[path])
    for row in range(len(rows.rows)):
        for at, column in enumerate(rows.columns):
            if column not in {"source", "unit"}:
                yield row, at


def changed(path: str, text: str, row: int, at: int, value: str) -> str:
    rows = Rows.read(text)
    cells = [list(one) for one in rows.rows]
    cells[row][at] = value
    return Rows(rows.columns, tuple(tuple(one) for one in cells)).written(text)


@pytest.mark.slow
def test_a_night_survives_each_cell_of_a_list_that_passes(delivery: Delivery, tmp_path: Path) -> None:
    files, refused = dict(founding()), 0
    for path in LISTS:
        for place, (row, at) in enumerate(cells(path)):
            # A value of each kind for a cell, others for the next: all values meet all columns.
            for values in (TEXTS, DATES, NUMBERS):
                text = changed(path, files[path], row, at, values[place % len(values)])
                if errors(path, text):
                    refused += 1
                else:
                    files[path] = text
    assert refused
    assert files != founding()
    survives(tmp_path, delivery, files)


@pytest.mark.parametrize("path", LISTS)
def test_lists_without_rows_or_columns_are_refused_or_survived(path: str) -> None:
    header, *rows = founding()[path].splitlines(keepends=True)
    is_needed = path == "params.csv"
    assert bool(errors(path, header)) is is_needed
    assert errors(path, "x,y\n1,2\n")
    assert errors(path, header + rows[0] + rows[0])


@pytest.mark.parametrize(
    ("month", "day", "calendar", "on"),
    [("12", "30", "lunar", date(2025, 1, 28)), ("2", "29", "solar", date(2025, 2, 28))],
)
def test_a_festival_on_a_day_that_the_year_lacks_is_kept_on_the_last_of_its_month(
    month: str, day: str, calendar: str, on: date
) -> None:
    header = founding()["2.3/festivals.csv"].splitlines()[0]
    text = f"{header}\neve,{calendar},{month},{day},除夕,Eve,CN,1990-01-01,,x\n"
    assert errors("2.3/festivals.csv", text) == []
    book = Handbook({**founding(), "2.3/festivals.csv": text})
    assert [one.on_date for one in festivals(book, "CN", date(2025, 1, 1), 90)] == [on]


@pytest.mark.parametrize(
    ("path", "old", "new", "told"),
    [
        ("params.csv", "horizon_days,31", "horizon_days,99999", "row 1, value: 99999 is out of range"),
        ("params.csv", "horizon_days,31,days,1900-01-01", "horizon_days,31,days,9999-12-31",
         "row 1, effective_from"),
        ("params.csv", "horizon_days,31,days,1900-01-01,", "horizon_days,31,days,1900-01-01,2030-01-01",
         "2030-01-02"),
        ("params.csv", "horizon_days,31", "horizons,31", "there is no row of horizon_days"),
        ("2.3/festivals.csv", "solar,1,1,", "solar,2,30,", "row 1, day: 30 is out of range"),
        ("2.3/festivals.csv", "solar,1,1,", "lunar,13,1,", "row 1, month: 13 is out of range"),
        ("2.3/festivals.csv", "solar,1,1,", "julian,1,1,", "right would be one of solar, lunar"),
        ("2.3/limits.csv", "marketing,7,2,", "marketing,8,2,", "right would be one of 1, 7, 30"),
        ("2.3/limits.csv", "1,1,marketing,", "1,1,statutory,", "row 1, binds: statutory is not known"),
        ("2.3/ended.csv", "left,", "gone,", "row 1, name: gone"),
        ("2.3/ended.csv", "已销户：业务关系已终止,statutory", "已销户：业务关系已终止,greetings",
         "row 1, classes: greetings"),
        ("2.3/ended.csv", "已销户：业务关系已终止,statutory", "已销户：业务关系已终止,marketing",
         "row 1, classes: statutory is missing"),
        ("2.3/counting.csv", ",out,", ",sideways,", "row 1, direction: sideways"),
        ("2.3/counting.csv", "out,reached", "out,heard", "row 1, outcomes: heard"),
        ("2.3/counting.csv", "owed,", "owing,", "row 1, name: owing"),
        ("2.3/occasion.dmn", "<text>9000</text>", "<text>9000000</text>",
         "row 1, out-base_priority: 9000000"),
        ("2.3/occasion.dmn", '<text>"service"</text>', '<text>"vip"</text>',
         "vip is not known to the night"),
        ("2.2/stage.dmn", '<text>"lost"</text>', '<text>"gone for good"</text>',
         "gone for good is not known"),
    ],
)  # fmt: skip
def test_what_would_end_a_night_is_refused_with_its_place(path: str, old: str, new: str, told: str) -> None:
    assert old in founding()[path]
    found = errors(path, founding()[path].replace(old, new, 1))
    assert any(told in one or told.capitalize() in one for one in found), found


def test_texts_of_another_shape_are_refused() -> None:
    for text in (
        "reason = 5\n",
        '[reason.x]\nzh = 5\nen = "x"\n',
        '[reason]\nx = "y"\n',
        '[held.x]\nzh = ["a"]\nen = "b"\n',
    ):
        assert errors("2.3/texts.toml", text), text


def test_the_words_of_the_night_are_those_of_the_database() -> None:
    assert set(night_words.CHANNELS) == set(engagement.Channel.values)
    assert set(night_words.CLASSES) == set(engagement.MessageClass.values)
    stages = night_needs.OUTPUTS["2.2/stage"]["stage"]
    assert isinstance(stages, night_needs.Words)
    assert set(stages.words) == set(segmentation.Stage.values)
    tiers = night_needs.OUTPUTS["2.2/tier"]["tier"]
    assert isinstance(tiers, night_needs.Numbers)
    assert tiers.most == max(segmentation.Tier.values)
    assert {f"{name}.dmn" for name in night_needs.OUTPUTS} | {"2.2/potential.dmn"} == TABLES
