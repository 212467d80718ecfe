"""Each number of the handbook, larger or smaller by one: check, night, pages and simulation follow it."""

from csv import DictWriter
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from io import StringIO
from itertools import count, product
from pathlib import Path
from typing import Any

import ibis
import pytest
from ibis.expr.types import Table

from stead.core.working_days import Calendar
from stead.engagement.book import owed
from stead.handbook.content import prose
from stead.handbook.content.book import Handbook, load
from stead.handbook.content.figures import figure_view
from stead.handbook.content.night_words import AHEAD
from stead.handbook.content.value_words import Reader
from stead.handbook.contradictions import contradictions
from stead.handbook.night_needs import output_problems
from stead.handbook.registry import night_reads
from stead.retention.book import warnings
from stead.segmentation.book import MONTHS, replay, standings
from tests.changed_cells import with_param
from tests.every_number import Number, all_changed, edges, grid, numbers, step

BOOK = load(Path(__file__).parents[1] / "handbook")
EXECUTED = sorted(path.removesuffix(".dmn") for path in night_reads.get()() if path.endswith(".dmn"))
NUMBERS = list(numbers(BOOK, EXECUTED))
DAY = date(2026, 11, 24)
MONEY, RATIO = "decimal(18,2)", "decimal(18,6)"
CON = ibis.duckdb.connect()
TURN = count()
# Ibis 12 still calls a function that DuckDB has renamed.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")
OCCASION = "2.3/occasion"


def of(table: str, *, is_output: bool | None = None) -> list[Number]:
    """The numbers of one table."""
    return [one for one in NUMBERS if one.table == table and is_output in {None, one.is_output}]


def rows_of(table: Table) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = CON.to_pyarrow(table.order_by("customer_id")).to_pylist()
    return found


def table_of(rows: list[dict[str, Any]], types: dict[str, str]) -> Table:
    return kept(ibis.memtable(rows, schema={"customer_id": "string", **types}))


def kept(table: Table) -> Table:
    """The rows, computed once."""
    return CON.create_table(f"kept_{next(TURN)}", table, temp=True)


@cache
def _models() -> dict[str, Any]:
    """The tables of the handbook as they are read."""
    for name in BOOK.tables:
        BOOK.decision(name)
    return dict(BOOK._models)


def as_read(handbook: Handbook) -> Handbook:
    """The handbook with the tables already read that are as they were."""
    same = {
        name: one
        for name, one in _models().items()
        if BOOK.files[f"{name}.dmn"] == handbook.files[f"{name}.dmn"]
    }
    return Handbook(handbook.files, _models=same)


def has_no_effect(one: Number) -> bool:
    """Days of an occasion that no night asks for: those before, if it has happened; those to do it, ahead."""
    table = BOOK.decision(OCCASION).table
    assert table is not None
    word = next(rule.inputs[0].strip('"') for rule in table.rules if rule.id == one.rule)
    unused = "window_days" if word in AHEAD else "lead_days"
    return one.column == unused or (word.startswith("warning") and one.column == "window_days")


# --- the check -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [1, -1])
def test_the_check_points_out_a_number_that_says_nothing_any_more_and_no_other(steps: int) -> None:
    wrong = []
    for one in NUMBERS:
        found = {each.rule for each in contradictions(as_read(one.changed(BOOK, steps)))}
        expected = one.table == OCCASION and one.is_output and has_no_effect(one)
        # A time to react stands in one table, and its copy beside the occasion must say the same; where
        # several rows of a colour differ, either is right.
        is_time_to_react = one.table == "2.4/warning" and one.column == "respond_days"
        if bool(found) != expected and not is_time_to_react:
            wrong.append((one, found))
    assert wrong == []


@pytest.mark.parametrize("steps", [1, -1])
def test_the_check_refuses_a_number_that_no_night_can_use_and_no_other(steps: int) -> None:
    most = {"tier": 4, "colour": 3}
    wrong = []
    for one in NUMBERS:
        if one.is_output:
            table = as_read(one.changed(BOOK, steps)).decision(one.table).table
            assert table is not None
            is_refused = bool(list(output_problems(one.table, table)))
            value = one.value + steps
            if is_refused != (value < 0 or value > most.get(one.column, value)):
                wrong.append(one)
    assert wrong == []


@pytest.mark.parametrize("steps", [1, -1])
def test_a_parameter_that_changes_by_one_contradicts_nothing(steps: int) -> None:
    for row in BOOK.listed("params.csv").rows:
        changed = with_param(BOOK, row["name"], str(int(row["value"]) + steps))
        assert list(contradictions(as_read(changed))) == [], row["name"]


# --- the night: what its functions give is what the table says, on every edge ------------------------------

TIERS: dict[str, Any] = {
    "assets": edges(of("2.2/tier"), "assets_average"),
    "earned": edges(of("2.2/tier"), "contribution_12m"),
    "yearly_income": [0, 400_000, 2_000_000],
}
POTENTIALS: dict[str, Any] = {
    "age": [int(age) for age in edges(of("2.2/potential"), "age")],
    "yearly_income": edges(of("2.2/potential"), "yearly_income"),
    "occupation": [None, "lawyer"],
}
STAGES: dict[str, Any] = {
    "tenure_months": [int(n) for n in edges(of("2.2/stage"), "tenure_months")],
    "own_transaction_days": [int(n) for n in edges(of("2.2/stage"), "own_transaction_days")],
    "assets_now": edges(of("2.2/stage"), "assets_now"),
    "part": [Decimal("0.19"), Decimal("0.2"), Decimal("0.21")],  # of the peak
    "assets_change_90d_ratio": edges(of("2.2/stage"), "assets_change_90d_ratio"),
}
PLAIN = {
    "assets": 1, "earned": 0, "yearly_income": 0, "age": 40, "occupation": None, "tenure_months": 80,
    "own_transaction_days": 3, "assets_now": 9, "part": 1, "assets_change_90d_ratio": 0,
}  # fmt: skip
TYPES = {
    "assets": MONEY, "earned": MONEY, "yearly_income": MONEY, "age": "int32", "occupation": "string",
    "tenure_months": "int32", "own_transaction_days": "int32", "assets_now": MONEY, "part": "decimal(9,4)",
    "assets_change_90d_ratio": RATIO,
}  # fmt: skip


def known(rows: list[dict[str, Any]]) -> Table:
    """Features of customers, with the figures of every month alike."""
    table = table_of(rows, TYPES)
    months = {f"assets_month_{m:02d}": table.assets for m in range(1, MONTHS + 1)}
    months |= {f"contribution_m{m:02d}": table.earned for m in range(1, MONTHS + 1)}
    return kept(
        table.mutate(
            opened_on=ibis.literal(date(2010, 1, 1)), assets_known_month=table.assets,
            contribution_known=table.earned, assets_peak_12m=(table.assets_now / table.part).cast(MONEY),
            **months,
        )
    )  # fmt: skip


def decided(table: Table, handbook: Handbook, name: str, columns: dict[str, str] | None = None) -> Table:
    return handbook.decide(table, name, "said_", columns)


def same(rows: list[dict[str, Any]], **columns: str) -> list[tuple[Any, ...]]:
    """What the night says and what the table says, row by row; they must be one."""
    night = [tuple(row[name] for name in columns) for row in rows]
    assert night == [tuple(row[name] for name in columns.values()) for row in rows]
    return night


def follows(night: Any, *tables: str) -> None:
    """The night says what the tables say, by the handbook and by one in which all their numbers differ."""
    found = [one for table in tables for one in of(table)]
    found = [one for one in found if not (one.is_output and one.column in {"tier", "colour"})]
    before, after = night(BOOK), night(all_changed(BOOK, found))
    assert before != after


def test_tiers_potentials_and_stages_follow_their_tables() -> None:
    features = known(grid(TIERS, POTENTIALS, STAGES, **PLAIN))
    inputs = ("assets", "earned", "age", "yearly_income", "occupation", "tenure_months")
    more = ("own_transaction_days", "assets_now", "assets_change_90d_ratio")

    def night(handbook: Handbook) -> list[tuple[Any, ...]]:
        found = standings(features, kept(replay(features, handbook, DAY)), handbook, DAY)
        found = found.select(
            "customer_id", "potential", "assets_to_peak", earns="tier_earned", life="stage",
            tier_row="tier_rule", potential_row="potential_rule", stage_row="stage_rule",
        )  # fmt: skip
        found = found.join(features.select("customer_id", *inputs, *more), "customer_id")
        columns = {"assets_average": "assets", "contribution_12m": "earned"}
        for name, where in (("2.2/tier", columns), ("2.2/potential", None), ("2.2/stage", None)):
            found = decided(found, handbook, name, where)
        return same(
            rows_of(found), potential="said_potential", earns="said_tier", life="said_stage",
            tier_row="said_tier_rule", potential_row="said_potential_rule", stage_row="said_stage_rule",
        )  # fmt: skip

    follows(night, "2.2/tier", "2.2/potential", "2.2/stage")


WARNED: dict[str, tuple[str, list[Any]]] = {
    "tier": ("int8", [0, 1, 2]),
    "assets_30d_ago": (MONEY, edges(of("2.4/warning"), "assets_30d_ago")),
    "assets_change_30d_ratio": (RATIO, edges(of("2.4/warning"), "assets_change_30d_ratio")),
    "outflow_largest_own_30d_ratio": (RATIO, edges(of("2.4/warning"), "outflow_largest_own_30d_ratio")),
    "maturity_past_7d_unreinvested": (MONEY, [0, 49_999, 50_000, 50_001]),
    "login_days": ("int32", [int(n) for n in edges(of("2.4/warning"), "login_days")]),
}


def test_warnings_follow_the_table() -> None:
    rows = grid({name: values for name, (_type, values) in WARNED.items()})
    table = table_of(rows, {name: dtype for name, (dtype, _values) in WARNED.items()})
    none = ibis.null("date")
    table = table.mutate(
        assets_now=ibis.literal(Decimal(1)).cast(MONEY), outflow_largest_30d_on=none,
        outflow_largest_own_30d_on=none, maturity_past_7d_on=none,
    )  # fmt: skip

    def night(handbook: Handbook) -> list[tuple[Any, ...]]:
        tiers = table.select("customer_id", "tier")
        told = warnings(table.drop("tier"), tiers, handbook, Calendar("CN", DAY), DAY)
        told = told.select(
            "customer_id", "warning", night_rule="warning_rule", days="respond_days", hours="respond_hours"
        )
        beside = told.join(table.select("customer_id", *WARNED), "customer_id")
        return same(
            rows_of(decided(beside, handbook, "2.4/warning")),
            warning="said_colour", night_rule="said_warning_rule",
            days="said_respond_days", hours="said_respond_hours",
        )  # fmt: skip

    follows(night, "2.4/warning")


def test_contacts_owed_follow_the_table() -> None:
    rows = grid({"tier": [0, 1, 2, 3, 4], "stage": ["mature", "fading", "lost"]})
    table = table_of(rows, {"tier": "int8", "stage": "string"})
    people = table.mutate(opened_on=ibis.literal(date(2015, 1, 1)), contact_last_on=ibis.literal(DAY))
    names = {
        "owed_lead_days": "said_lead_days", "owed_minutes": "said_minutes",
        "owed_priority": "said_base_priority", "owed_repeat_days": "said_repeat_days",
        "contact_interval_days": "said_interval_days",
    }  # fmt: skip

    def night(handbook: Handbook) -> list[tuple[Any, ...]]:
        told = owed(people, table, handbook, DAY).select("customer_id", *names, "contact_due_on")
        said = decided(told.join(table, "customer_id"), handbook, "2.3/contact_owed")
        said = said.mutate(**{name: said[name].fill_null(0) for name in names.values()})
        said = said.mutate(contact_interval_days=said.contact_interval_days.fill_null(0))
        found = rows_of(said)
        due = [row["contact_due_on"] for row in found if row["said_interval_days"]]
        assert due == [
            DAY + timedelta(days=int(row["said_interval_days"])) for row in found if row["said_interval_days"]
        ]
        return same(found, **names)

    follows(night, "2.3/contact_owed")


# --- words -----------------------------------------------------------------------------------------------


def test_every_number_that_prose_points_to_is_told_anew() -> None:
    places = {
        part
        for path, text in BOOK.files.items() if path.endswith(".md")
        for part in prose.parts(text) if isinstance(part, prose.Place) and part.kind == "cell"
    }  # fmt: skip
    every = list(numbers(BOOK, BOOK.tables))
    found = {(one.rule, one.column): one for one in every}
    said = {place: found.get(tuple(place.target.split(":"))) for place in places}  # type: ignore[arg-type]
    assert places
    assert [str(place) for place, one in said.items() if one is None] == []
    changed = all_changed(BOOK, [one for one in said.values() if one is not None])
    for place, one in said.items():
        assert one is not None
        assert Decimal(prose.value(BOOK, place, DAY).text) == one.value
        assert Decimal(prose.value(changed, place, DAY).text) == one.value + step(one.value)


@pytest.mark.parametrize("path", sorted(path for path in BOOK.files if path.endswith(".csv")))
def test_every_number_of_a_list_is_shown_as_it_is_written(path: str) -> None:
    listed = BOOK.listed(path)
    columns = [
        name
        for name in listed.columns
        if name not in {"name", "en", "zh", "source"} and any(row[name].isdigit() for row in listed.rows)
    ]
    reader = Reader(BOOK.texts, "en", "CNY")
    written = [dict(row) for row in listed.rows]
    for row, column in product(written, columns):
        if row[column].isdigit():
            # Pages round amounts, so these change by more.
            number = int(row[column])
            row[column] = str(number * 2 if number >= 1_000 else number + 1)
    lines = StringIO()
    writer = DictWriter(lines, listed.columns)
    writer.writeheader()
    writer.writerows(written)
    views = [
        figure_view(BOOK, path, reader, DAY),
        figure_view(Handbook({**BOOK.files, path: lines.getvalue()}), path, reader, DAY),
    ]
    before, after = ([row.cells for row in view.rows] for view in views if view is not None)
    changed = [any(row[column].isdigit() for column in columns) for row in listed.rows]
    # The rows that hold come first, in the order of the file.
    assert sum(one != other for one, other in zip(before, after, strict=True)) == sum(changed)
