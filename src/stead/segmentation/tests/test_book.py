"""The movement rule, month by month, as clause 2.2 tells it."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pytest
from tests.changed_cells import movement_of_months, with_cells

from stead.handbook.content.book import Handbook, load
from stead.segmentation.book import MONTHS, month_end, replay, standings, tier_moves

BOOK = load(Path(__file__).parents[4] / "handbook")
ASSETS = {0: 1, 1: 60_000, 2: 600_000, 3: 6_000_000, 4: 12_000_000}
END = date(2026, 11, 30)
MIDDLE = date(2026, 11, 20)
MONEY = "decimal(18,2)"


def _features(*histories: list[int], opened_on: date = date(2020, 1, 1), **more: Any) -> Any:
    """Customers who earn these tiers, oldest month first, the last being the book date's."""
    rows = []
    for number, earned in enumerate(histories):
        padded = [earned[0]] * (MONTHS - len(earned)) + earned
        months = {f"assets_month_{MONTHS - i:02d}": Decimal(ASSETS[tier]) for i, tier in enumerate(padded)}
        rows.append({"customer_id": f"C{number}", "opened_on": opened_on, **months})
    schema: dict[str, str] = {"customer_id": "string", "opened_on": "date"}
    schema |= {f"assets_month_{m:02d}": MONEY for m in range(1, MONTHS + 1)}
    table = ibis.memtable(rows, schema=schema)
    facts = {
        "age": ibis.literal(40, "int32"), "yearly_income": ibis.null(MONEY),
        "occupation": ibis.null("string"),
        "tenure_months": ibis.literal(80, "int32"), "assets_now": ibis.literal(Decimal(9)).cast(MONEY),
        "assets_peak_12m": ibis.literal(Decimal(9)).cast(MONEY),
        "own_transaction_days": ibis.literal(3, "int32"),
        "assets_change_90d_ratio": ibis.null("decimal(9,6)"),
        "contribution_known": ibis.literal(Decimal(0)).cast(MONEY), **more,
    }  # fmt: skip
    contributions = {
        f"contribution_m{m:02d}": ibis.literal(Decimal(0)).cast(MONEY) for m in range(1, MONTHS + 1)
    }
    return table.mutate(assets_known_month=table.assets_month_01, **(contributions | facts))


def _standing(earned: list[int], day: date = END, handbook: Handbook = BOOK, **more: Any) -> dict[str, Any]:
    features = _features(earned, **more)
    table = standings(features, replay(features, handbook, day), handbook, day)
    rows: list[dict[str, Any]] = ibis.duckdb.connect().to_pyarrow(table).to_pylist()
    return rows[0]


def test_a_better_month_moves_up_at_once() -> None:
    found = _standing([1] * 11 + [3])
    assert (found["tier"], found["tier_since"], found["movement_rule"]) == (3, END, "2.2-movement-3")


def test_an_unfinished_month_moves_up_too() -> None:
    assert _standing([1] * 11 + [3], MIDDLE)["tier"] == 3


def test_an_unfinished_month_takes_nobody_down() -> None:
    found = _standing([3] * 6 + [1] * 6, MIDDLE)
    assert (found["tier"], found["watch_months"], found["movement_rule"]) == (3, 5, "2.2-movement-5")


@pytest.mark.parametrize(
    ("below", "move"), [(1, "keep"), (2, "keep"), (3, "watch"), (4, "watch"), (5, "watch")]
)
def test_a_tier_is_kept_for_five_months_below(below: int, move: str) -> None:
    found = _standing([3] * (12 - below) + [1] * below)
    assert (found["tier"], found["watch_months"], found["move"]) == (3, below, move)


def test_a_watch_begins_at_the_end_of_the_third_month() -> None:
    assert _standing([3] * 9 + [1] * 3)["watched_on"] == END
    assert _standing([3] * 8 + [1] * 4)["watched_on"] == date(2026, 10, 31)
    assert _standing([3] * 8 + [1] * 4, MIDDLE)["watched_on"] == date(2026, 10, 31)
    assert _standing([3] * 10 + [1] * 2)["watched_on"] is None


def test_six_months_below_move_down_to_the_best_of_the_six() -> None:
    found = _standing([4] * 6 + [1, 2, 3, 1, 0, 0])
    assert (found["tier"], found["watch_months"], found["move"]) == (3, 0, "down")


NINE = movement_of_months(BOOK, watched_from=4, moved_after=9)


def test_a_table_of_other_months_moves_down_after_them_to_the_best_of_them() -> None:
    found = _standing([4] * 3 + [3, 1, 0, 0, 0, 0, 0, 0, 0], handbook=NINE)
    assert (found["tier"], found["watch_months"], found["move"]) == (3, 0, "down")
    assert _standing([4] * 4 + [1] * 8, handbook=NINE)["tier"] == 4


@pytest.mark.parametrize(("below", "began"), [(3, None), (4, END), (8, date(2026, 7, 31))])
def test_a_watch_begins_when_the_table_says(below: int, began: date | None) -> None:
    assert _standing([3] * (12 - below) + [1] * below, handbook=NINE)["watched_on"] == began


def test_a_watch_that_begins_again_is_counted_from_then() -> None:
    gap = with_cells(
        BOOK, {("2.2-movement-7", "months_below"): "3,5", ("2.2-movement-6", "months_below"): "1,2,4"}
    )
    assert _standing([3] * 7 + [1] * 5, handbook=gap)["watched_on"] == END


def test_a_month_that_earns_the_tier_again_ends_the_watch() -> None:
    found = _standing([3] * 6 + [1] * 5 + [3])
    assert (found["tier"], found["watch_months"], found["watched_on"]) == (3, 0, None)


def test_a_tier_held_the_whole_time_has_no_beginning() -> None:
    assert _standing([2] * 12)["tier_since"] is None


def test_months_before_the_first_do_not_count() -> None:
    found = _standing([0] * 11 + [2], opened_on=date(2026, 11, 2))
    assert (found["tier"], found["move"], found["tier_since"]) == (2, "start", None)


def test_each_move_is_told_with_its_month_and_rule() -> None:
    features = _features([1] * 3 + [2] * 3 + [1] * 6, [2] * 12)
    moves = ibis.duckdb.connect().to_pyarrow(tier_moves(replay(features, BOOK, END), END)).to_pylist()
    told = [(m["key"], m["from_tier"], m["to_tier"], m["rule_id"]) for m in moves]
    assert sorted(told) == [("C0/2026-03", 1, 2, "2.2-movement-3"), ("C0/2026-11", 2, 1, "2.2-movement-8")]


def test_months_end_on_their_last_days() -> None:
    assert [month_end(date(2026, 3, 10), month) for month in (1, 2, 3)] == [
        date(2026, 3, 10), date(2026, 2, 28), date(2026, 1, 31),
    ]  # fmt: skip


def test_who_never_made_a_transaction_is_quiet_since_the_beginning() -> None:
    found = _standing([1] * 12, own_transaction_days=ibis.null("int32"))
    assert found["quiet_days"] == (END - date(2020, 1, 1)).days
