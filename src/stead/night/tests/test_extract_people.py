"""What the contract takes of people: when they left or died, and to whom they are tied."""

from pathlib import Path

import duckdb
import ibis

from stead.extracts.checks import ROW_RULES
from stead.extracts.contract import by_name
from stead.extracts.tests.plain_bank import make_plain_bank
from stead.night.published_rows import relationships

HEADER = "customer_id,kind,name,birth_date,risk_grade,branch_id,banker_id,opened_on,closed_on,died_on\n"
TIES = {"customer_id": "string", "other_id": "string", "kind": "string"}


def test_a_day_of_leaving_may_lie_ahead_but_nobody_has_died_tomorrow(tmp_path: Path) -> None:
    bank = make_plain_bank(tmp_path)
    bank.write_anew(
        "customers",
        HEADER
        + "1,person,An,1980-02-29,C3,N1,K1,2020-01-01,2024-04-01,\n"
        + "2,person,Bo,1985-05-05,,N1,,2020-01-01,,2024-04-01\n"
        + "3,person,Co,1985-05-05,,N1,,2020-01-01,,1985-05-04\n"
        + "4,person,Di,1985-05-05,,N1,,2020-01-01,,2024-03-31\n",
    )
    found = [(row, column) for _file, row, column, _value, _reason in bank.rejects("customers")]
    assert sorted(found) == [(3, "died_on"), (4, "died_on")]
    assert {row[0] for row in bank.rows("customers")} == {"1", "4"}


def test_a_tie_to_oneself_is_set_aside() -> None:
    assert "tied_to_another" in by_name()["relationships"].rules
    (check,) = ROW_RULES["tied_to_another"](by_name()["relationships"], None)  # type: ignore[arg-type]
    rows = "(VALUES ('C1', 'C1'), ('C1', 'C2')) s(customer_id, other_id)"
    found = duckdb.connect().execute(f"SELECT {check.value} FROM {rows} WHERE {check.fails}").fetchall()
    assert found == [("C1",)]


def test_a_tie_stands_once_in_each_direction_and_nobody_is_their_own(tmp_path: Path) -> None:
    told = [
        ("C1", "C2", "spouse"), ("C2", "C1", "spouse"), ("C1", "C2", "spouse"), ("C1", "C1", "spouse"),
        ("C3", "C1", "parent"), ("C1", "C3", "child"), ("C3", "C3", "child"),
    ]  # fmt: skip
    table = ibis.memtable([dict(zip(TIES, row, strict=True)) for row in told], schema=TIES)
    rows = ibis.duckdb.connect().to_pyarrow(relationships(table)).to_pylist()
    assert sorted((row["customer_id"], row["other_id"], row["kind"]) for row in rows) == [
        ("C1", "C2", "spouse"), ("C1", "C3", "child"), ("C2", "C1", "spouse"), ("C3", "C1", "parent"),
    ]  # fmt: skip
