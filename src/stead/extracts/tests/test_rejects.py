"""Every kind of bad row is set aside with file, line, column, value and a reason that says what is right."""

from pathlib import Path

import pytest

from stead.extracts.checks import REASON_LONGEST, Setting, doubled, row_checks
from stead.extracts.contract import EXTRACTS
from stead.extracts.tests.plain_bank import DAY, PlainBank, make_plain_bank


@pytest.fixture
def bank(tmp_path: Path) -> PlainBank:
    return make_plain_bank(tmp_path)


def test_a_clean_bank_loses_no_row(bank: PlainBank) -> None:
    delivery = bank.deliver(0)
    assert delivery.refused == ""
    assert {name: table.rows for name, table in delivery.tables.items() if table.rows} == {
        "branches": 1, "bankers": 1, "customers": 3, "rates": 3, "products": 1,
        "accounts": 3, "holders": 5, "balances": 3, "transactions": 2,
    }  # fmt: skip
    assert delivery.rejects == ()


NO_MONEY = (
    "This is not a number with at most 2 decimals in the form that the mapping names; right would be one "
    "such as 1234.50."
)
ONE_BAD_ROW = [
    (
        "missing key",
        "customers",
        "2,person,Bo",
        ",person,Bo",
        (3, "customer_id", None),
        "The value is missing; right would be: The bank's number of the customer.",
    ),
    (
        "missing value",
        "customers",
        "2,person,Bo",
        "2,person, ",
        (3, "name", None),
        "The value is missing; right would be: Full name.",
    ),
    (
        "value not allowed",
        "customers",
        ",C3,",
        ",C9,",
        (2, "risk_grade", "C9"),
        "The value is not one that the contract knows; right would be one of C1, C2, C3, C4, C5.",
    ),
    (
        "long list of values",
        "transactions",
        "cash_in",
        "bribe",
        (2, "kind", "bribe"),
        "The value is not one that the contract knows; right would be one of its 19 words, salary to other.",
    ),
    (
        "unknown reference",
        "transactions",
        "T1,A1",
        "T1,A9",
        (2, "account_id", "A9"),
        (
            "Nothing accepted in accounts has this account_id; right would be a account_id that accounts "
            "delivers (a row set aside there does not count)."
        ),
    ),
    (
        "birth date that does not exist",
        "customers",
        "1980-02-29",
        "1981-02-29",
        (2, "birth_date", "1981-02-29"),
        "This is not a date that exists; right would be a day of the calendar such as 2024-03-31.",
    ),
    (
        "person born before all others",
        "customers",
        "1980-02-29",
        "1880-02-29",
        (2, "birth_date", "1880-02-29"),
        "Nobody is over 125 years old; right would be the true date of birth, or none.",
    ),
    (
        "birth in the future",
        "customers",
        "1980-02-29",
        "2080-02-29",
        (2, "birth_date", "2080-02-29"),
        "The date lies after the extract's; right would be 2024-03-31 or earlier.",
    ),
    (
        "date outside of all time",
        "accounts",
        "A1,P1,CNY,2020",
        "A1,P1,CNY,1020",
        (2, "opened_on", "1020-01-01"),
        "The date is impossible; right would be a day from 1900-01-01 to 2199-12-31.",
    ),
    (
        "booking after the extract",
        "transactions",
        "2024-03-30",
        "2024-04-01",
        (2, "on_date", "2024-04-01"),
        "The date lies after the extract's; right would be 2024-03-31 or earlier.",
    ),
    (
        "number that is none",
        "balances",
        "100.50",
        "100.5o",
        (2, "balance", "100.5o"),
        NO_MONEY,
    ),
    (
        "money that would be rounded",
        "balances",
        "100.50",
        "100.505",
        (2, "balance", "100.505"),
        NO_MONEY,
    ),
    (
        "whole number that is none",
        "bankers",
        "240",
        "4.5",
        (2, "capacity_minutes", "4.5"),
        "This is not a whole number; right would be digits alone, such as 480.",
    ),
    (
        "truth that is none",
        "transactions",
        "true",
        "perhaps",
        (2, "by_customer", "perhaps"),
        "This is neither true nor false; right would be true or false.",
    ),
    (
        "closed before opened",
        "accounts",
        "2023-01-01",
        "2019-01-01",
        (4, "closed_on", "2019-01-01"),
        "It was closed before it was opened; right would be a closed_on on or after opened_on.",
    ),
    (
        "currency without a rate",
        "accounts",
        "USD",
        "GBP",
        (3, "currency", "GBP"),
        "The currency has no rate; right would be a row of rates for it on or before 2024-03-31.",
    ),
    (
        "currency with a rate only later",
        "accounts",
        "USD",
        "EUR",
        (3, "currency", "EUR"),
        "The currency has no rate; right would be a row of rates for it on or before 2024-03-31.",
    ),
    (
        "book currency that is not 1",
        "rates",
        "CNY,2020-01-01,1",
        "CNY,2020-01-01,2",
        (2, "rate", "2.00000000"),
        "CNY is the book currency; right would be a rate of 1.",
    ),
    (
        "rate of nothing",
        "rates",
        "7.1",
        "0",
        (3, "rate", "0.00000000"),
        "A rate is above 0; right would be what one unit of the currency is worth in the book currency.",
    ),
    (
        "share of who owns nothing",
        "holders",
        "A1,2,authorised,0",
        "A1,2,authorised,1",
        (3, "share", "1.000000"),
        "Who is only authorised owns nothing; right would be a share of 0, or the role joint.",
    ),
    (
        "share below nothing",
        "holders",
        "A1,2,authorised,0",
        "A1,2,joint,-1",
        (3, "share", "-1.000000"),
        "A share is a part of the account; right would be a number from 0 to 1.",
    ),
    (
        "capacity of more than a day",
        "bankers",
        "240",
        "9999",
        (2, "capacity_minutes", "9999"),
        "A day has 0 to 1440 minutes; right would be the minutes that the banker has for contacts.",
    ),
]


@pytest.mark.parametrize(
    ("table", "old", "new", "where", "reason"),
    [case[1:] for case in ONE_BAD_ROW],
    ids=[case[0] for case in ONE_BAD_ROW],
)
def test_a_bad_row_is_set_aside_with_its_reason(
    bank: PlainBank, table: str, old: str, new: str, where: tuple[int, str, str | None], reason: str
) -> None:
    bank.change(table, old, new)
    row, column, value = where
    assert bank.rejects(table)[0] == (f"{table}.csv", row, column, value, reason)


def test_all_but_the_first_row_of_a_doubled_key_are_set_aside(bank: PlainBank) -> None:
    bank.change("balances", "A3,2024-03-31,0", "A1,2024-03-31,9\nA3,2024-03-31,0\nA1,2024-03-31,8")
    reason = (
        "A row before it has the same key; right would be one row for each account_id, on_date. "
        "The first was kept."
    )
    assert bank.rejects("balances") == [
        ("balances.csv", 4, "account_id, on_date", "A1 / 2024-03-31", reason),
        ("balances.csv", 6, "account_id, on_date", "A1 / 2024-03-31", reason),
    ]
    assert len(bank.rows("balances")) == 3


def test_a_bad_row_does_not_take_the_place_of_a_good_one_with_its_key(bank: PlainBank) -> None:
    bank.change("balances", "A1,2024-03-31,100.50", "A1,2024-03-31,x\nA1,2024-03-31,5")
    assert [reject[1] for reject in bank.rejects("balances")] == [2]
    assert str(bank.rows("balances")[0][2]) == "5.00"


def test_a_row_without_a_key_does_not_hide_a_doubled_one(bank: PlainBank) -> None:
    bank.write("rates", "currency,on_date,rate\nCNY,2020-01-01,1\n,2020-01-01,1\nCNY,2020-01-01,1\n")
    assert [reject[1:3] for reject in bank.rejects("rates")] == [(3, "currency"), (4, "currency, on_date")]


def test_what_refers_to_a_rejected_row_is_rejected_in_turn(bank: PlainBank) -> None:
    bank.change("customers", "3,organisation", "3,wizard")
    delivery = bank.deliver()
    set_aside = {name: table.rejected for name, table in delivery.tables.items() if table.rejected}
    assert set_aside == {"customers": 1, "accounts": 1, "holders": 1, "balances": 1}


def test_an_account_whose_shares_do_not_add_to_one_is_set_aside_with_its_holders(bank: PlainBank) -> None:
    bank.change("holders", "A2,2,joint,0.5", "A2,2,joint,0.4")
    assert bank.rejects("accounts") == [
        (
            "accounts.csv",
            3,
            "account_id",
            "0.900000",
            (
                "The shares of the account's holders add to the value shown; right would be exactly 1, "
                "so that its balance belongs to its owners once."
            ),
        )
    ]
    reason = "The shares of the account do not add to 1 (this is one of them); right would be exactly 1."
    assert bank.rejects("holders") == [
        ("holders.csv", 4, "share", "0.500000", reason),
        ("holders.csv", 5, "share", "0.400000", reason),
    ]
    assert [reject[3] for reject in bank.rejects("transactions")] == ["A2"]


def test_an_account_that_nobody_holds_is_set_aside(bank: PlainBank) -> None:
    bank.change("holders", "A3,3,owner,1\n", "")
    assert [reject[:4] for reject in bank.rejects("accounts")] == [
        ("accounts.csv", 4, "account_id", "0.000000")
    ]


def test_a_row_with_several_faults_is_listed_once(bank: PlainBank) -> None:
    bank.change("customers", "1,person,An,1980-02-29", "1,wizard,,1980-02-30")
    assert [reject[2] for reject in bank.rejects("customers")] == ["birth_date"]


def test_what_the_mapping_read_itself_is_shown_as_it_stood_in_the_file(bank: PlainBank) -> None:
    bank.change("accounts", "2020-01-01", "930231")
    (bank.mapping / "accounts.sql").write_text(
        "SELECT * REPLACE (CAST(try_strptime(opened_on, '%Y-%m-%d') AS DATE) AS opened_on), "
        "opened_on AS opened_on__raw FROM raw_accounts"
    )
    assert bank.rejects("accounts")[0][1:4] == (2, "opened_on", "930231")


def test_every_reason_fits_where_the_night_keeps_it() -> None:
    setting = Setting(DAY, "CNY")
    for extract in EXTRACTS:
        read = frozenset(column.name for column in extract.columns if column.kind != "text")
        checks = row_checks(extract, setting, read)
        assert all(len(each.reason) <= REASON_LONGEST for each in [*checks, doubled(extract)])


def test_the_summary_counts_each_reason_and_gives_an_example(bank: PlainBank) -> None:
    bank.change("balances", "100.50", "x")
    bank.change("balances", ",-3", ",y")
    (group,) = bank.deliver().rejects
    assert (group.table, group.column, group.code, group.count) == ("balances", "balance", "unreadable", 2)
    assert group.share == pytest.approx(2 / 3)
    assert group.example == {"file": "balances.csv", "row": 2, "value": "x"}
