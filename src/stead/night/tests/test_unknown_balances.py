"""A balance that the bank did not deliver is unknown, not 0: so are all figures that are made of it."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pytest
from django.conf import settings

from stead.core.working_days import Calendar
from stead.extracts.checks_balances import Needed
from stead.extracts.delivery import ContractError, Delivery, load
from stead.extracts.tests.plain_bank import PlainBank, make_plain_bank
from stead.handbook.content.book import load as load_handbook
from stead.night import features as customer_features
from stead.retention.book import warnings
from stead.segmentation import book as segmentation

# Ibis uses a name that DuckDB is about to drop.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")]
DAY = date(2024, 3, 31)
ENDS = [date(2023, 12, 31), date(2024, 1, 31), date(2024, 2, 29), DAY]
ACCOUNTS = ["A1", "A2", "A4"]


@pytest.fixture
def bank(tmp_path: Path) -> PlainBank:
    """Customer 1 has A1 (6 million) and half of A2, customer 2 the other half, customer 3 A4."""
    bank = make_plain_bank(tmp_path)
    bank.change("accounts", "A2,P1,USD", "A2,P1,CNY")
    bank.change("accounts", "A3,P1", "A4,P2,CNY,2020-03-01,\nA3,P1")
    bank.change("products", "P1,", "P2,Loan,loan,CNY,0.02\nP1,")
    bank.change("holders", "A3,3,owner,1\n", "A3,3,owner,1\nA4,3,owner,1\n")
    amounts = {"A1": "6000000.00", "A2": "1000.00", "A4": "-500.00"}
    rows = [f"{account},{end},{amounts[account]}" for account in ACCOUNTS for end in ENDS]
    bank.write("balances", "account_id,on_date,balance\n" + "\n".join(rows) + "\n")
    return bank


def figures(delivery: Delivery, *, is_decided: bool = False) -> dict[str, dict[str, Any]]:
    """Features and balances of each customer; where asked for, standing and warning too."""
    con = ibis.duckdb.connect()
    given = {name: con.read_parquet(path, table_name=name) for name, path in delivery.inputs().items()}
    told = {}
    for name, table in customer_features.tables(
        con, given, DAY, work_date=DAY, book_currency="CNY", time_zone="Asia/Shanghai"
    ):
        if name != "notabletransaction":
            told[name] = con.create_table(f"told_{name}", table)
    features = told["features"].mutate(occupation=ibis.literal(""), yearly_income=ibis.null("decimal(18,2)"))
    parts = [features]
    if is_decided:
        handbook = load_handbook(Path(settings.HANDBOOK))
        replayed = con.create_table("replayed", segmentation.replay(features, handbook, DAY))
        standings = segmentation.standings(features, replayed, handbook, DAY)
        parts += [standings, warnings(features, standings, handbook, Calendar("CN", DAY), DAY)]
    rows = [con.to_pyarrow(table).to_pylist() for table in parts]
    found: dict[str, dict[str, Any]] = {}
    for row in (row for part in rows for row in part):
        found.setdefault(row["customer_id"], {}).update(row)
    held = con.to_pyarrow(told["holding"]).to_pylist()
    for row in held:
        found[row["customer_id"]][row["account_id"]] = row["balance"]
    history = {row["customer_id"]: row["months"] for row in con.to_pyarrow(told["assethistory"]).to_pylist()}
    return {number: row | {"history": history.get(number, "")} for number, row in found.items()}


def without(bank: PlainBank, account: str, *days: date) -> None:
    """Take the account's balances of these days out of the raw file."""
    path = bank.source / "balances.csv"
    lines = path.read_text().splitlines(keepends=True)
    starts = tuple(f"{account},{day}," for day in days)
    path.write_text("".join(line for line in lines if not line.startswith(starts)))


def test_a_delivery_with_every_balance_knows_everything(bank: PlainBank) -> None:
    delivery = bank.deliver(0)
    assert (delivery.refused, delivery.rejects) == ("", ())
    assert delivery.unknown_balances is not None
    assert delivery.unknown_balances.rows == 0
    known = figures(delivery)
    assert known["1"]["assets_now"] == Decimal("6000500.00")
    assert known["1"]["unknown_accounts"] == ""


def test_a_missing_balance_is_a_reject_that_names_account_file_and_line(bank: PlainBank) -> None:
    without(bank, "A1", DAY)
    assert bank.rejects("balances") == [
        (
            "accounts.csv",
            2,
            "account_id",
            "A1",
            (
                "The open account has no balance of 2024-03-31, so that it is not known; right would be a "
                "row of balances for it, with 0.00 when there is nothing on it."
            ),
        )
    ]


def test_more_accounts_without_balance_than_the_limit_refuse_the_delivery(bank: PlainBank) -> None:
    without(bank, "A1", DAY)
    assert bank.deliver(0.3).refused.endswith(
        "balances: 1 of 3 open accounts have no balance of 2024-03-31 (33.33%)."
    )
    taken = bank.deliver(0.34)
    assert taken.refused == ""
    # A night that is given a limit of its own holds the missing ones against it too.
    assert Needed(**load(bank.lake, DAY).needed).over(0.1, DAY) == [
        "balances: 1 of 3 open accounts have no balance of 2024-03-31 (33.33%)"
    ]


def test_the_figures_of_its_owners_are_empty_and_nobody_is_warned_or_moved(bank: PlainBank) -> None:
    before = figures(bank.deliver(), is_decided=True)
    without(bank, "A1", DAY)
    after = figures(bank.deliver(), is_decided=True)
    assert after["1"]["unknown_accounts"] == "A1"
    for name in ("assets_now", "assets_change_30d", "assets_peak_12m", "assets_month_01", "contribution_12m",
                 "demand_now", "A1"):  # fmt: skip
        assert after["1"][name] is None, name
    assert before["1"]["tier"] == after["1"]["tier"] > 0
    assert (after["1"]["warning"], after["1"]["warning_rule"]) == (0, None)
    assert (after["1"]["movement_rule"], after["1"]["tier_rule"]) == ("2.2-movement-9", None)
    # What was known of the months before stays, and whoever else holds the bank's accounts is not touched.
    assert after["1"]["assets_month_02"] == before["1"]["assets_month_02"]
    assert after["1"]["history"].endswith(",null]}")
    assert after["3"] == before["3"]
    assert after["2"] | {"A1": None} == before["2"] | {"A1": None}


def test_a_joint_account_leaves_both_owners_open(bank: PlainBank) -> None:
    without(bank, "A2", DAY)
    found = figures(bank.deliver())
    assert (found["1"]["assets_now"], found["2"]["assets_now"]) == (None, None)
    assert (found["1"]["A1"], found["1"]["A2"]) == (Decimal("6000000.00"), None)


def test_a_row_that_was_set_aside_is_as_unknown_as_one_that_is_not_there(bank: PlainBank) -> None:
    bank.change("balances", f"A1,{DAY},6000000.00", f'A1,{DAY},"6,000,000.00"')
    delivery = bank.deliver()
    assert [(group.code, group.count) for group in delivery.rejects] == [("unreadable", 1)]
    assert figures(delivery)["1"]["assets_now"] is None


def test_an_unknown_loan_leaves_the_assets_known(bank: PlainBank) -> None:
    bank.change("holders", "A4,3,owner,1", "A4,1,owner,1")
    without(bank, "A4", DAY)
    found = figures(bank.deliver())["1"]
    assert (found["assets_now"], found["loans_now"]) == (Decimal("6000500.00"), None)
    assert found["contribution_12m"] is None


def test_a_gap_in_the_history_leaves_that_month_open_alone(bank: PlainBank) -> None:
    without(bank, "A1", ENDS[1])
    delivery = bank.deliver()
    assert [(g.code, g.example["value"]) for g in delivery.rejects] == [
        ("no_earlier_balance", "A1 2024-01-31")
    ]
    found = figures(delivery)["1"]
    assert found["assets_now"] == Decimal("6000500.00")
    assert (found["assets_month_03"], found["assets_month_02"]) == (None, Decimal("6000500.00"))
    assert found["assets_peak_12m"] is None


def test_of_whom_no_month_is_known_the_tier_is_what_the_known_accounts_earn(bank: PlainBank) -> None:
    without(bank, "A2", *ENDS)
    found = figures(bank.deliver(), is_decided=True)["1"]
    assert (found["assets_now"], found["tier"], found["tier_earned"]) == (None, 3, 3)


def test_an_account_that_was_set_aside_leaves_its_owner_open(bank: PlainBank) -> None:
    bank.change("accounts", "A1,P1", "A1,P9")
    found = figures(bank.deliver())
    assert (found["1"]["assets_now"], found["1"]["loans_now"]) == (None, None)
    assert found["1"]["unknown_accounts"] == "A1"
    assert found["2"]["assets_now"] == Decimal("500.00")


def test_an_account_that_opens_later_or_is_closed_needs_no_balance(bank: PlainBank) -> None:
    bank.change("accounts", "A1,P1,CNY,2020-01-01,", "A1,P1,CNY,2020-01-01,2024-02-10")
    without(bank, "A1", ENDS[2], DAY)
    delivery = bank.deliver()
    assert delivery.rejects == ()
    assert figures(delivery)["1"]["assets_now"] == Decimal("500.00")


def test_a_closed_account_with_a_balance_is_a_reject_and_unknown(bank: PlainBank) -> None:
    bank.change("accounts", "A1,P1,CNY,2020-01-01,", "A1,P1,CNY,2020-01-01,2024-03-01")
    delivery = bank.deliver()
    assert bank.rejects("balances") == [
        (
            "balances.csv",
            5,
            "balance",
            "6000000.00, closed 2024-03-01",
            (
                "The account was closed on or before this day and has a balance; right would be 0 or no row, "
                "or an account that is not closed."
            ),
        )
    ]
    assert figures(delivery)["1"]["assets_now"] is None


def test_a_closed_account_may_have_nothing(bank: PlainBank) -> None:
    bank.change("accounts", "A1,P1,CNY,2020-01-01,", "A1,P1,CNY,2020-01-01,2024-03-01")
    bank.change("balances", f"A1,{DAY},6000000.00", f"A1,{DAY},0.00")
    delivery = bank.deliver()
    assert delivery.rejects == ()
    assert figures(delivery)["1"]["assets_now"] == Decimal("500.00")


def test_balances_of_the_day_before_are_refused_with_both_days(bank: PlainBank) -> None:
    text = (bank.source / "balances.csv").read_text().replace(str(DAY), "2024-03-30")
    bank.write("balances", text)
    with pytest.raises(ContractError, match=r"delivery is of 2024-03-31 .* the newest are of 2024-03-30"):
        bank.deliver()


def test_balances_of_which_none_can_be_read_say_why(bank: PlainBank) -> None:
    bank.write("balances", f"account_id,on_date,balance\nA1,{DAY},x\n")
    with pytest.raises(ContractError, match=r"1 row of that day set aside\. This is not a number"):
        bank.deliver()


def test_a_month_without_any_balance_is_refused_with_the_days_around_it(bank: PlainBank) -> None:
    for account in ACCOUNTS:
        without(bank, account, ENDS[1])
    with pytest.raises(ContractError, match="balances of 2023-12-31 and of 2024-02-29, and none between"):
        bank.deliver()


def test_a_slip_in_one_date_makes_no_balance_date_of_it(bank: PlainBank) -> None:
    bank.change("balances", f"A2,{DAY},", "A2,2024-03-13,")
    delivery = bank.deliver()
    assert [(g.code, g.count, g.example["value"]) for g in delivery.rejects] == [
        ("stray_day", 1, "2024-03-13"),
        ("no_balance", 1, "A2"),
    ]
    found = figures(delivery)
    assert found["3"]["loans_now"] == Decimal("500.00")
    assert found["1"]["assets_now"] is None


def test_every_day_may_be_a_balance_date(bank: PlainBank) -> None:
    """More dates than slots: each measure is then a column of its own."""
    days = [date.fromordinal(DAY.toordinal() - back) for back in range(90, -1, -1)]
    amounts = {"A1": "6000000.00", "A2": "1000.00", "A4": "-500.00"}
    rows = [f"{account},{day},{amounts[account]}" for account in ACCOUNTS for day in days]
    bank.write("balances", "account_id,on_date,balance\n" + "\n".join(rows) + "\n")
    without(bank, "A1", date(2024, 2, 14))
    found = figures(bank.deliver())["1"]
    assert found["assets_now"] == Decimal("6000500.00")
    assert (found["assets_month_02"], found["assets_month_03"]) == (None, Decimal("6000500.00"))
    assert (found["assets_average_30d"], found["assets_average_90d"]) == (Decimal("6000500.00"), None)


def test_the_run_is_named_after_what_is_unknown_too(bank: PlainBank) -> None:
    whole = bank.deliver().hashes()
    without(bank, "A4", DAY)
    spoilt = bank.deliver()
    assert spoilt.hashes()["unknown_balances"] != whole["unknown_balances"]
    path = spoilt.inputs()["unknown_balances"]
    rows = duckdb.connect().read_parquet(str(path)).fetchall()
    assert rows == [("A4", "3", DAY)]
