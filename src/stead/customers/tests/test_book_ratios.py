"""Ratios within what their columns hold."""

import ibis
import pytest

from stead.customers.amounts import RATIO_MOST, bounded_quotient, ratio


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (1, 4, 0.25),
        (-1, 4, -0.25),
        (10**12, 1, RATIO_MOST),
        (-(10**12), 1, -RATIO_MOST),
        (1, 0, None),
        (1, -4, None),
        (None, 4, None),
        (1, None, None),
    ],
)
def test_a_ratio_stays_within_its_bounds_and_is_null_without_a_whole(
    part: int | None, whole: int | None, expected: float | None
) -> None:
    table = ibis.memtable({"part": [part], "whole": [whole]}, schema={"part": "int64", "whole": "int64"})
    found = table.select(ratio=ratio(table.part, table.whole)).to_pyarrow()["ratio"][0].as_py()
    assert found == (None if expected is None else pytest.approx(expected))


def test_a_quotient_is_worked_out_once() -> None:
    table = ibis.table({"part": "int64", "whole": "int64"}, name="given")
    assert ibis.to_sql(table.select(share=bounded_quotient(table.part, table.whole, 1))).count(" / ") == 1
