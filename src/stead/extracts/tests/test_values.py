"""A value is read in the form that the mapping names, and in no other; white space around it is dropped."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from stead.extracts.contract import Column, Kind
from stead.extracts.mapping import MappingError
from stead.extracts.tests.plain_bank import PlainBank, make_plain_bank
from stead.extracts.values import Forms, day_format_problem, read_text, trimmed, typed

PLAIN = Forms()
CZECH = Forms(("%d.%m.%Y", "%y%m%d"), ",", ".", ("A", "N"))


@pytest.fixture
def bank(tmp_path: Path) -> PlainBank:
    return make_plain_bank(tmp_path)


def read(kind: Kind, text: str, forms: Forms = PLAIN) -> Any:
    """What a text of a file is as a kind of the contract; None when it is none."""
    with duckdb.connect() as con:
        return con.execute(
            f"SELECT {read_text(kind, trimmed('t'), forms)} FROM (SELECT $t AS t)", {"t": text}
        ).fetchall()[0][0]


def delivered(kind: Kind, value: str) -> Any:
    """What a value of a type of its own (an expression of SQL) is as a kind of the contract, as text."""
    with duckdb.connect() as con:
        given = con.execute(f"DESCRIBE SELECT {value} AS v").fetchall()[0][1]
        column = Column("v", kind, "", "")
        query = f"SELECT CAST({typed(column, 'v', given, PLAIN)} AS VARCHAR) FROM (SELECT {value} AS v)"
        return con.execute(query).fetchall()[0][0]


@pytest.mark.parametrize(
    "text",
    ["1e3", "1_000", "+5", "５", "1,000.00", "1000,00", ".5", "5.", "nan", "inf", "-inf", "0x10", "--1",
     "(1)", "5-", "12.345", "1 000", "NULL", "", "9" * 19, "١"],
)  # fmt: skip
def test_money_in_another_form_is_none(text: str) -> None:
    assert read("money", text) is None


def test_money_in_the_form_named_is_read_to_the_cent() -> None:
    assert [read("money", text) for text in ("0", "-5", "007", "1.5", " 12.34\t", "99999999999999.99")] == [
        Decimal(text) for text in ("0", "-5", "7", "1.5", "12.34", "99999999999999.99")
    ]
    assert read("money", "1.234.567,89", CZECH) == read("money", "1234567,89", CZECH) == Decimal("1234567.89")
    assert [read("money", text, CZECH) for text in ("1.23", "12.34,5", "1234.567", "1.5", "12,345")] == [
        None
    ] * 5


@pytest.mark.parametrize(
    "text",
    ["infinity", "-infinity", "epoch", "today", "now", "2023-2-3", "20230203", "2023-02-30", "0",
     "2023-02-03 00:00", "2023-02-03T24:00", "2023-02-03+08", "03.02.2023", "２０２３-02-03",
     "2023-02-03 (BC)", "10000-01-01"],
)  # fmt: skip
def test_a_day_in_another_form_is_none(text: str) -> None:
    assert read("date", text) is None


def test_a_day_in_one_of_the_forms_named_is_read() -> None:
    assert read("date", "2023-02-03\N{IDEOGRAPHIC SPACE}") == date(2023, 2, 3)
    assert [read("date", text, CZECH) for text in ("03.02.2023", "930203", "2023-02-03", "3.2.2023")] == [
        date(2023, 2, 3), date(1993, 2, 3), None, None,
    ]  # fmt: skip
    assert read("date", "3-feb-2023", Forms(("%-d-%b-%Y",))) == date(2023, 2, 3)


def test_truth_and_whole_numbers_have_one_form_too() -> None:
    assert [read("boolean", text) for text in ("true", "false", "t", "1", "yes", "TRUE")] == [
        True, False, None, None, None, None,
    ]  # fmt: skip
    assert [read("boolean", text, CZECH) for text in ("A", "N", "true", "a")] == [True, False, None, None]
    assert [read("integer", text) for text in ("480", "4.0", "4e2", "4.5", "99999999999")] == [
        480,
        *[None] * 4,
    ]


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        ("money", "12.345::DOUBLE", None),
        ("money", "0.1::DOUBLE", "0.10"),
        ("money", "0.1::DOUBLE + 0.2::DOUBLE", None),
        ("money", "'nan'::DOUBLE", None),
        ("money", "12.3450::DECIMAL(12,4)", None),
        ("money", "12.3400::DECIMAL(12,4)", "12.34"),
        ("money", "7::BIGINT", "7.00"),
        ("money", "true", None),
        ("rate", "1e-8::DOUBLE", "0.00000001"),
        ("integer", "4.5::DOUBLE", None),
        ("integer", "4::UTINYINT", "4"),
        ("boolean", "1", None),
        ("date", "TIMESTAMP '2024-03-31 00:00:00'", "2024-03-31"),
        ("date", "TIMESTAMP '2024-03-31 08:00:00'", None),
        ("date", "TIMESTAMPTZ '2024-03-31 00:00:00+00'", None),
        ("date", "20240331", None),
        ("text", "1001.0::DOUBLE", "1001"),
        ("text", "1001.5::DOUBLE", "1001.5"),
    ],
)
def test_values_that_have_a_type_are_held_to_the_same(kind: Kind, value: str, found: str | None) -> None:
    assert delivered(kind, value) == found


def test_formats_of_dates_must_tell_the_whole_day_without_a_zone() -> None:
    good = ("%Y-%m-%d", "%d.%m.%y", "%d-%b-%Y", "%Y-%m-%d %H:%M:%S")
    assert [day_format_problem(form) for form in good] == [""] * 4
    assert "time zone" in day_format_problem("%Y-%m-%dT%H:%M:%S%z")
    assert all(day_format_problem(form) for form in ("%Y-%m", "%H:%M", "%Q%Y%m%d", "", "today"))


def test_white_space_of_every_kind_is_dropped_around_texts_and_numbers(bank: PlainBank) -> None:
    header, row = (
        "customer_id,kind,name,branch_id,opened_on,phone,address,yearly_income,city\n",
        "\N{NO-BREAK SPACE}",
    )
    phone, address = "13800138000\t", "\N{IDEOGRAPHIC SPACE}1 High Street\nNorth\N{ZERO WIDTH SPACE} "
    bank.write_anew(
        "customers",
        f'{header}{row}1 ,person,"\tAn\nBo ",N1,2020-01-01,{phone},"{address}", 5 ,\N{EM SPACE}\n'
        "2,person,Bo,N1,2020-01-01,,,,\n3,person,Co,N1,2020-01-01,,,,\n",
    )
    kept = bank.rows("customers")[0]
    assert [kept[at] for at in (0, 2, 8, 11, 12, 17)] == [
        "1", "An Bo", "13800138000", "1 High Street\nNorth", None, Decimal(5),
    ]  # fmt: skip


STRANGE = ["\0", "\x1b", "\x7f", "\x80", "\N{RIGHT-TO-LEFT OVERRIDE}", "\N{LEFT-TO-RIGHT ISOLATE}", "\ufffe",
           "\uffff", "\ufeff", "\ufdd0", "\U0001ffff"]  # fmt: skip


def test_signs_that_nobody_can_see_set_a_row_aside_and_are_shown(bank: PlainBank) -> None:
    rows = "".join(f"{at},person,A{sign}n,N1,2020-01-01\n" for at, sign in enumerate(STRANGE, start=10))
    bank.write_anew(
        "customers", f"customer_id,kind,name,branch_id,opened_on\n1,person,An,N1,2020-01-01\n{rows}"
    )
    rejects = bank.rejects("customers")
    assert [reject[1:4] for reject in rejects] == [
        (at, "name", "A\N{REPLACEMENT CHARACTER}n") for at in range(3, 3 + len(STRANGE))
    ]
    assert rejects[0][4].startswith("The text holds a sign that cannot be seen")


def test_rare_names_and_joined_letters_are_kept(bank: PlainBank) -> None:
    names = [
        "王\ue0b4",
        "𠮷田",
        "می\N{ZERO WIDTH NON-JOINER}خواهم",
        "Zoë",
        "买买提·吐尔逊",
        "Å",
        "👩\N{ZERO WIDTH JOINER}👧",
    ]
    rows = "".join(f"{at},person,{name},N1,2020-01-01\n" for at, name in enumerate(names, start=1))
    bank.write_anew("customers", f"customer_id,kind,name,branch_id,opened_on\n{rows}")
    assert [row[2] for row in bank.rows("customers")] == names


@pytest.mark.parametrize(
    ("table", "old", "new", "column", "reason"),
    [
        ("customers", "1,person", "1/2,person", "customer_id", "The sign / cannot stand in this number"),
        (
            "customers",
            "1,person",
            "1" * 33 + ",person",
            "customer_id",
            "right would be at most 32 characters",
        ),
        ("customers", "An", "A" * 201, "name", "right would be at most 200 characters"),
        ("accounts", "A1,P1,CNY", "A1,P1,RMBY", "currency", "three capital letters by ISO 4217"),
        ("accounts", "A1,P1,CNY", "A1,P1,cny", "currency", "three capital letters by ISO 4217"),
        ("accounts", "A1,P1", "A" * 41 + ",P1", "account_id", "right would be at most 40 characters"),
        ("transactions", "T1", "T" * 65, "transaction_id", "right would be at most 64 characters"),
        ("balances", "100.50", "100000000000000", "balance", "at most 14 digits before the point"),
        ("balances", "100.50", "-100000000000000", "balance", "at most 14 digits before the point"),
        ("products", "0.012", "1.2", "yearly_margin", "right would be one from -1 to 1"),
    ],
)
def test_what_the_database_could_not_hold_is_set_aside(
    bank: PlainBank, table: str, old: str, new: str, column: str, reason: str
) -> None:
    bank.change(table, old, new)
    assert bank.rejects(table)[0][2] == column
    assert reason in bank.rejects(table)[0][4]


def test_money_of_a_currency_without_decimals_is_whole(bank: PlainBank) -> None:
    bank.change("rates", "USD,2024-01-01,7.1", "JPY,2024-01-01,0.05")
    bank.change("accounts", "USD", "JPY")
    bank.change("balances", "A2,2024-03-31,-3", "A2,2024-03-31,-3.50")
    assert bank.rejects("balances") == [
        (
            "balances.csv",
            3,
            "balance",
            "-3.50",
            "The currency has no decimals; right would be a whole number.",
        )
    ]


def test_an_iban_is_a_number_of_an_account(bank: PlainBank) -> None:
    iban = "MT84MALT011000012345MTLCAST001S" + "123"
    for table in ("accounts", "holders", "balances", "transactions"):
        bank.change(table, "A1,", f"{iban},")
    assert bank.deliver(0).refused == ""


def test_a_customer_keeps_the_amounts_that_can_be_added(bank: PlainBank) -> None:
    bank.change("balances", "100.50", "60000000000000")
    bank.change("balances", "A2,2024-03-31,-3", "A2,2024-03-31,-6000000000000")
    assert [reject[2:4] for reject in bank.rejects("balances")] == [("balance", "60000000000000.00")]
    bank.change("transactions", "10.00", "99000000000000")
    assert bank.rejects("transactions") == []
    many = "".join(f"T{at},A1,2024-03-30,99000000000000,cash_in,true\n" for at in range(10, 25))
    bank.change("transactions", "T2,A2", f"{many}T2,A2")
    assert len(bank.rejects("transactions")) == 6


@pytest.mark.parametrize(
    "line",
    ['date_formats = ["%Y-%m"]', 'date_formats = "%Y-%m-%d"', "date_formats = []", 'decimal = ""',
     'thousands = "."', 'decimal = "5"', 'booleans = ["Y"]', 'booleans = ["Y", "Y"]'],
)  # fmt: skip
def test_a_mapping_that_names_no_clear_form_is_refused(bank: PlainBank, line: str) -> None:
    path = bank.mapping / "mapping.toml"
    path.write_text(f"{line}\n{path.read_text('utf-8')}", "utf-8")
    with pytest.raises(MappingError, match=r"mapping\.toml, line 1: .*; right would be"):
        bank.deliver()


def test_the_sql_of_a_mapping_reads_as_strictly(bank: PlainBank) -> None:
    bank.change("balances", "100.50", "12.345")
    bank.change("accounts", "2020-01-01", "infinity")
    (bank.mapping / "balances.sql").write_text(
        "SELECT * REPLACE (read_money(balance) AS balance), balance AS balance__raw FROM raw_balances"
    )
    (bank.mapping / "accounts.sql").write_text(
        "SELECT * REPLACE (read_day(opened_on, '%Y-%m-%d') AS opened_on), opened_on AS opened_on__raw "
        "FROM raw_accounts"
    )
    assert [reject[2:4] for reject in bank.rejects("accounts")] == [("opened_on", "infinity")]
    assert bank.rejects("balances")[0][2:4] == ("balance", "12.345")
