"""What the book knows of contacts: the last one, and how many in each window up to the book date."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import ibis
import pytest

from stead.engagement.book_contacts import consents_known, contact_features, contacts_known
from stead.engagement.counting import LIST, OLDER, counting
from stead.handbook.content.book import Handbook, HandbookError, load
from stead.handbook.content.night_words import USES

DAY = date(2026, 11, 20)
BOOK = load(Path(__file__).parents[4] / "handbook")
COUNTS = counting(BOOK, DAY)
TYPES = {
    "customer_id": "string",
    "on_date": "date",
    "channel": "string",
    "message_class": "string",
    "direction": "string",
    "outcome": "string",
}
LEDGER = {("at" if name == "on_date" else name): kind for name, kind in TYPES.items()} | {
    "at": "timestamp('UTC')"
}


def contact(days_ago: int = 0, **values: Any) -> dict[str, Any]:
    """A service call that reached the customer C1."""
    fields = {"channel": "call", "message_class": "service", "direction": "out", "outcome": "reached"}
    return {"customer_id": "C1", "on_date": DAY - timedelta(days=days_ago)} | fields | values


def features(
    *rows: dict[str, Any], ledger: list[dict[str, Any]] | None = None, work_date: date = DAY
) -> dict[str, Any]:
    """The columns of contacts of C1; empty when nothing is known."""
    extract = ibis.memtable(list(rows), schema=TYPES)
    logged = ibis.memtable(ledger, schema=LEDGER) if ledger else None
    known = contacts_known(extract, logged, DAY, work_date, "Asia/Shanghai")
    found: list[dict[str, Any]] = contact_features(known, work_date, COUNTS).to_pyarrow().to_pylist()
    return found[0] if found else {}


@pytest.mark.parametrize(
    ("days_ago", "counted"), [(0, (1, 1, 1)), (1, (0, 1, 1)), (6, (0, 1, 1)), (7, (0, 0, 1)), (29, (0, 0, 1))]
)
def test_a_window_of_so_many_days_ends_with_the_day_that_is_decided_about(
    days_ago: int, counted: tuple[int, int, int]
) -> None:
    found = features(contact(days_ago))
    assert tuple(found[f"contacts_service_{days}d"] for days in (1, 7, 30)) == counted
    assert tuple(found[f"contacts_call_{days}d"] for days in (1, 7, 30)) == counted


def test_fridays_call_does_not_use_up_mondays_limit_of_one_a_day() -> None:
    friday, monday = DAY, DAY + timedelta(days=3)
    found = features(contact(0), work_date=monday)
    assert friday.weekday() == 4
    assert (found["contacts_call_1d"], found["contacts_call_7d"]) == (0, 1)


def test_a_log_of_the_work_date_itself_counts_for_that_day() -> None:
    logged = contact(at=datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
    del logged["on_date"]
    assert features(ledger=[logged], work_date=date(2026, 11, 23))["contacts_call_1d"] == 1


def test_a_contact_of_thirty_days_ago_is_in_no_window_but_is_the_last() -> None:
    found = features(contact(30))
    assert (found["contacts_service_30d"] or 0, found["contact_last_on"]) == (0, date(2026, 10, 21))


@pytest.mark.parametrize("direction", ["in", "out"])
def test_what_reached_nobody_counts_nowhere(direction: str) -> None:
    assert features(contact(direction=direction, outcome="not_reached")) == {}


@pytest.mark.parametrize("outcome", ["reached", "follow_up", None, ""])
@pytest.mark.parametrize("message_class", ["service", "relationship", "marketing", "statutory"])
def test_who_called_us_and_was_heard_had_the_contact_and_used_up_nothing(
    outcome: str | None, message_class: str
) -> None:
    found = features(contact(3, direction="in", outcome=outcome, message_class=message_class))
    assert (found["contact_last_on"], found["contact_shown_on"]) == (date(2026, 11, 17), date(2026, 11, 17))
    assert found["contacts_call_30d"] is None
    assert found["contact_last_call_on"] is None


def test_an_advertisement_is_shown_but_owed_by_nobody() -> None:
    found = features(contact(5), contact(2, message_class="marketing", outcome="sent", channel="sms"))
    assert (found["contact_last_on"], found["contact_shown_on"]) == (date(2026, 11, 15), date(2026, 11, 18))


def test_an_edition_without_the_list_counts_what_we_said() -> None:
    older = Handbook({path: text for path, text in BOOK.files.items() if path != LIST})
    assert counting(older, DAY) == OLDER
    assert not OLDER.counts("owed", "in", "reached", "service")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("owed,", "due,"),
        (",out,", ",away,"),
        ("reached follow_up sent", "spoken"),
        ("service relationship", ""),
    ],
)
def test_a_row_that_names_what_is_not_there_is_refused(old: str, new: str) -> None:
    text = BOOK.files[LIST].replace(old, new, 1)
    with pytest.raises(HandbookError, match=r"2\.3/counting\.csv"):
        counting(Handbook({**BOOK.files, LIST: text}), DAY)


def test_the_night_and_the_pages_count_the_same_contacts() -> None:
    outcomes = ("reached", "follow_up", "refused", "sent", "not_reached", "", None)
    classes = ("statutory", "service", "relationship", "marketing")
    rows = [
        contact(direction=direction, outcome=outcome, message_class=kind)
        for direction, outcome, kind in product(("in", "out"), outcomes, classes)
    ]
    table = ibis.memtable([row | {"n": n} for n, row in enumerate(rows)], schema=TYPES | {"n": "int64"})
    told = table.select("n", **{use: COUNTS.column(use, table) for use in USES}).order_by("n")
    for row, found in zip(rows, told.to_pyarrow().to_pylist(), strict=True):
        for use in USES:
            said = COUNTS.counts(use, row["direction"], row["outcome"] or "", row["message_class"])
            assert found[use] == said, (use, row)


@pytest.mark.parametrize(
    "values", [{"message_class": "marketing"}, {"message_class": "statutory"}, {"outcome": "refused"}]
)
def test_what_nobody_owes_uses_up_limits_but_is_no_last_contact(values: dict[str, Any]) -> None:
    found = features(contact(**values))
    assert (found["contacts_call_1d"], found["contact_last_on"]) == (1, None)


def test_the_day_of_a_log_is_the_banks() -> None:
    logged = contact(at=datetime(2026, 11, 18, 16, 30, tzinfo=UTC))
    del logged["on_date"]
    assert features(ledger=[logged])["contact_last_on"] == date(2026, 11, 19)


@pytest.mark.parametrize(
    ("granted_on", "refused_ago", "consent"),
    [
        (date(2026, 11, 19), 2, "granted"),
        (date(2026, 11, 18), 2, "refused"),
        (date(2026, 11, 1), 2, "refused"),
    ],
)
def test_what_was_said_last_about_marketing_holds(granted_on: date, refused_ago: int, consent: str) -> None:
    said = [{"customer_id": "C1", "on_date": granted_on, "granted": True}]
    consents = ibis.memtable(said, schema={"customer_id": "string", "on_date": "date", "granted": "boolean"})
    contacts = ibis.memtable([contact(refused_ago, outcome="refused")], schema=TYPES)
    found = consents_known(consents, contacts, DAY).to_pyarrow().to_pylist()
    assert found == [{"customer_id": "C1", "marketing_consent": consent}]
