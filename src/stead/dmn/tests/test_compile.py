"""A decision compiled to columns: outputs, rule ids, hit policies, messages."""

from decimal import Decimal

import ibis
import pyarrow as pa
import pytest

from stead import dmn
from stead.dmn.tests.build import definitions, table

TIER = table(
    [("Balance", "number"), ("Home Branch", "string")],
    [("tier", "string"), ("contacts", "number")],
    [[">= 1000000", "-", '"gold"', "12"], ["[50000..1000000)", '"North","South"', '"silver"', "4"]],
    defaults={"tier": '"base"', "contacts": "0"},
)


def tier() -> dmn.Compiled:
    return dmn.compile(dmn.read(definitions(TIER)), "Decision")


def test_it_says_what_it_reads_and_gives() -> None:
    decide = tier()
    assert decide.inputs == ("balance", "home_branch")
    assert {name: str(dtype) for name, dtype in decide.outputs.items()} == {
        "tier": "string",
        "contacts": "int64",
    }


def test_it_adds_outputs_and_the_rule_to_the_table() -> None:
    columns = {
        "id": [1, 2, 3],
        "balance": [Decimal("1000000.00"), Decimal("50000.00"), Decimal("50000.00")],
        "home_branch": [None, "North", "West"],
    }
    given = ibis.memtable(pa.table(columns))
    out = tier()(given, "x_").order_by("id").to_pyarrow().to_pydict()
    assert out["x_tier"] == ["gold", "silver", "base"]
    assert out["x_contacts"] == [12, 4, 0]
    assert out["x_decision_rule"] == ["r1", "r2", None]


def test_one_row_and_explain_take_feel_names() -> None:
    decide = tier()
    assert decide.one({"Balance": 60_000, "Home Branch": "South"})["tier"] == "silver"
    assert dmn.explain(decide, {"Balance": 60_000, "Home Branch": "West"}) == [[False, True], [True, False]]


def test_null_satisfies_no_comparison() -> None:
    assert dmn.explain(tier(), {}) == [[None, True], [None, False]]


def test_a_type_error_names_row_column_and_cell() -> None:
    wrong = table([("Balance", "number")], [("tier", "string")], [["> 5", '"a"'], ['> "x"', '"b"']])
    with pytest.raises(
        dmn.DmnError, match=r"'Decision', row 2 \(rule r2\), column 'Balance', cell '> \"x\"'"
    ):
        dmn.compile(dmn.read(definitions(wrong)), "Decision")


def test_a_missing_column_is_named_with_what_the_table_has() -> None:
    with pytest.raises(dmn.DmnError, match=r"'balance'.*it has: id"):
        tier()(ibis.memtable(pa.table({"id": [1]})))


@pytest.mark.parametrize(
    ("policy", "aggregation", "expected"),
    [
        ("FIRST", "", 10), ("UNIQUE", "", None), ("ANY", "", None), ("RULE ORDER", "", [10, 30]),
        ("COLLECT", "", [10, 30]), ("COLLECT", "SUM", 40), ("COLLECT", "MIN", 10), ("COLLECT", "MAX", 30),
        ("COLLECT", "COUNT", 2), ("PRIORITY", "", 30), ("OUTPUT ORDER", "", [30, 10]),
    ],
)  # fmt: skip
def test_each_hit_policy(policy: str, aggregation: str, expected: object) -> None:
    body = table(
        [("n", "number")], [("points", "number")], [["> 1", "10"], ["> 5", "20"], ["> 2", "30"]], policy,
        aggregation=aggregation, allowed={"points": "30, 20, 10"},
    )  # fmt: skip
    decide = dmn.compile(dmn.read(definitions(body)), "Decision")
    assert decide.one({"n": 3})["points"] == expected
