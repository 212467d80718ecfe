"""Who left or died is left alone, but for what the law asks for."""

from datetime import date, timedelta
from typing import Any

import pytest
from ibis.expr.types import Table

from stead.engagement.book import candidates, owed
from stead.engagement.ended import LIST, classes_allowed
from stead.handbook.content.book import Handbook, HandbookError
from stead.night.registry import practices
from stead.night.tests.test_candidates import (
    BOOK,
    CALENDAR,
    CON,
    DAY,
    FEATURES,
    STANDING,
    WARNING,
    WORK,
    _table,
    kinds,
)

OCCASIONS: dict[str, Any] = {
    "birthday_next_on": WORK, "anniversary_next_on": WORK, "maturity_next_on": WORK,
    "maturity_next_amount": 900_000, "inflow_largest_30d": 900_000, "inflow_largest_30d_on": DAY,
}  # fmt: skip


def nobody(table: Table) -> Table:
    return table.filter(table.customer_id == "nobody")


def asked(ended: str, book: Handbook = BOOK) -> list[str]:
    """What is asked about a customer who left or died, of whom no table said anything."""
    features = _table(FEATURES, OCCASIONS | {"ended": ended})
    standing, warning = (nobody(_table(columns, {})) for columns in (STANDING, WARNING))
    states = _table(
        {"action_key": ("string", ""), "state": ("string", ""), "on_date": ("date", None),
         "until": ("date", None)}, {},
    )  # fmt: skip
    due = owed(features, standing, book, DAY)
    tables = {"features": features, "standings": standing, "warnings": warning, "owed": due}
    table = candidates(practices.get().asks, tables, states, book, CALENDAR)
    return sorted(row["kind"] for row in CON.to_pyarrow(table).to_pylist())


def test_a_customer_hears_of_all_of_it() -> None:
    assert sorted(kinds(tier=4, contact_last_on=DAY - timedelta(days=99), **OCCASIONS)) == [
        "anniversary", "birthday", "large_inflow", "maturity", "owed_contact",
    ]  # fmt: skip


@pytest.mark.parametrize("ended", ["left", "deceased"])
def test_nothing_is_asked_about_who_left_or_died(ended: str) -> None:
    assert asked(ended) == []


def test_what_the_law_asks_for_is_said_to_who_left() -> None:
    table = "2.3/occasion.dmn"
    head, rule, rest = BOOK.files[table].partition('<rule id="2.3-occasion-10">')
    statutory = Handbook(
        {
            **BOOK.files,
            table: head + rule + rest.replace('"service"', '"statutory"', 1).replace(">= 20000", ">= 1"),
        }
    )
    assert asked("left", statutory) == ["maturity"]
    assert asked("deceased", statutory) == ["maturity"]


def test_an_edition_without_the_list_says_what_the_law_asks_for_alone() -> None:
    older = Handbook({path: text for path, text in BOOK.files.items() if path != LIST})
    assert classes_allowed(older, DAY) == {"left": ("statutory",), "deceased": ("statutory",)}
    assert asked("left", older) == []


def test_the_bank_may_allow_more_from_a_day() -> None:
    more = BOOK.files[LIST] + "left,Left,已销户,statutory service,2026-11-24,,x\n"
    book = Handbook(
        {
            **BOOK.files,
            LIST: more.replace("statutory,1990-01-01,,Bank", "statutory,1990-01-01,2026-11-23,Bank", 1),
        }
    )
    assert asked("left", book) == ["maturity"]
    assert classes_allowed(book, date(2026, 11, 23))["left"] == ("statutory",)


@pytest.mark.parametrize("classes", ["", "service", "statutory gossip"])
def test_what_the_law_asks_for_cannot_be_left_out(classes: str) -> None:
    text = BOOK.files[LIST].replace(",statutory,", f",{classes},", 1)
    with pytest.raises(HandbookError, match=r"2\.3/ended\.csv"):
        classes_allowed(Handbook({**BOOK.files, LIST: text}), DAY)
