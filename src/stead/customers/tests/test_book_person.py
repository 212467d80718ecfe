"""Who is a customer still: by the day on which the relationship ended, or the customer died."""

from datetime import date
from typing import Any

import ibis
import pytest

from stead.customers.book_person import current, person_figures

DAY = date(2026, 11, 20)
COLUMNS: dict[str, tuple[str, Any]] = {
    "customer_id": ("string", "C1"), "kind": ("string", "person"), "banker_id": ("string", "B1"),
    "branch_id": ("string", "N1"), "opened_on": ("date", date(2015, 5, 5)),
    "birth_date": ("date", date(1980, 1, 1)), "language": ("string", "zh"), "phone": ("string", ""),
    "wecom_id": ("string", ""), "email": ("string", ""), "risk_grade": ("string", None),
    "risk_graded_on": ("date", None), "last_login_on": ("date", None), "closed_on": ("date", None),
    "died_on": ("date", None), "lunar_next_on": ("date", None), "lunar_next_years": ("int32", None),
}  # fmt: skip


def ended(**given: Any) -> tuple[str, date | None]:
    values = {name: given.get(name, value) for name, (_kind, value) in COLUMNS.items()}
    row = ibis.memtable([values], schema={name: kind for name, (kind, _value) in COLUMNS.items()})
    figures = row.select(**person_figures(row, DAY))
    (found,) = ibis.duckdb.connect().to_pyarrow(figures).to_pylist()
    kept = ibis.duckdb.connect().to_pyarrow(current(figures).count()).as_py()
    assert kept == (found["ended"] == "")
    return found["ended"], found["ended_on"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, ("", None)),
        ({"closed_on": date(2026, 11, 19)}, ("left", date(2026, 11, 19))),
        ({"closed_on": DAY}, ("left", DAY)),
        ({"closed_on": date(2026, 11, 21)}, ("", None)),
        ({"died_on": date(2026, 3, 1)}, ("deceased", date(2026, 3, 1))),
        ({"died_on": date(2026, 3, 1), "closed_on": date(2026, 5, 1)}, ("deceased", date(2026, 3, 1))),
        ({"died_on": date(2026, 3, 1), "closed_on": date(2025, 5, 1)}, ("deceased", date(2026, 3, 1))),
        ({"died_on": date(2026, 3, 1), "kind": "organisation"}, ("left", date(2026, 3, 1))),
    ],
)
def test_a_relationship_ends_on_its_day_and_not_before(
    given: dict[str, Any], said: tuple[str, date | None]
) -> None:
    assert ended(**given) == said
