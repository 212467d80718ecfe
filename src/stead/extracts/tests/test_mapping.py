"""A mapping that is wrong says in which file, on which line, and what would be right."""

import re
from pathlib import Path

import pytest

from stead.extracts.delivery import ContractError
from stead.extracts.mapping import MappingError
from stead.extracts.tests.plain_bank import PlainBank, make_plain_bank


@pytest.fixture
def bank(tmp_path: Path) -> PlainBank:
    return make_plain_bank(tmp_path)


def problem(bank: PlainBank) -> str:
    """The message with which the mapping is refused."""
    with pytest.raises(MappingError) as caught:
        bank.deliver()
    return str(caught.value)


def sql(bank: PlainBank, table: str, text: str) -> Path:
    """Replace an SQL file of the mapping."""
    path = bank.mapping / f"{table}.sql"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_unknown_name_in_sql_names_file_and_line(bank: PlainBank) -> None:
    path = sql(bank, "rates", "-- Rates.\nSELECT\n    currenzy\nFROM raw_rates\n")
    found = problem(bank)
    assert found.startswith(f'{path}, line 3: Binder Error: Referenced column "currenzy" not found')
    assert found.endswith("\n    currenzy")


def test_bad_syntax_names_file_and_line(bank: PlainBank) -> None:
    path = sql(bank, "rates", "SELECT *\nFROM raw_rates\nWHERE\n")
    assert problem(bank).startswith(f"{path}, line 3: Parser Error: syntax error")


def test_a_view_that_no_source_declares_names_file_and_line(bank: PlainBank) -> None:
    path = sql(bank, "rates", "SELECT *\nFROM raw_ratez;\n-- the end\n")
    assert problem(bank).startswith(
        f"{path}, line 2: Catalog Error: Table with name raw_ratez does not exist!"
    )


def test_a_cast_that_fails_on_the_data_names_file_and_line(bank: PlainBank) -> None:
    path = sql(
        bank, "rates", "SELECT currency, on_date,\n  CAST(currency AS INTEGER) AS rate\nFROM raw_rates"
    )
    assert problem(bank).startswith(f"{path}, line 2: Conversion Error: Could not convert string 'xxx'")


def test_an_error_in_the_prelude_names_file_and_line(bank: PlainBank) -> None:
    (bank.mapping / "prelude.sql").write_text("CREATE MACRO f(x) AS x;\nSELEC 1;\n")
    assert problem(bank).startswith(f"{bank.mapping}/prelude.sql, line 2: Parser Error")


def test_more_than_one_statement_is_refused(bank: PlainBank) -> None:
    path = sql(bank, "rates", "SELECT 1; SELECT 2")
    assert problem(bank) == f"{path}: right would be one query (SELECT ...); here: 2 statements."


def test_a_column_that_the_contract_requires_must_be_in_the_result(bank: PlainBank) -> None:
    path = sql(bank, "rates", "SELECT currency, rate FROM raw_rates")
    assert problem(bank) == (
        f"{path}: rates: the column on_date is missing; the contract requires currency, on_date, rate. "
        "Given: currency, rate."
    )


def test_a_column_that_the_contract_does_not_know_is_refused(bank: PlainBank) -> None:
    path = sql(bank, "rates", "SELECT *, 1 AS spread FROM raw_rates")
    assert problem(bank) == (
        f"{path}: rates: the contract knows no column spread; right would be one of currency, on_date, rate."
    )


def test_a_table_that_the_contract_requires_must_have_its_file(bank: PlainBank) -> None:
    (bank.mapping / "rates.sql").unlink()
    assert problem(bank).startswith(
        f"{bank.mapping}/rates.sql: the file is missing; the contract requires rates"
    )


def test_an_sql_file_for_no_table_of_the_contract_is_refused(bank: PlainBank) -> None:
    path = sql(bank, "clients", "SELECT 1")
    assert problem(bank).startswith(
        f"{path}: the contract knows no table clients; right would be one of branches"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('country = "CN"\n', "", 'country is missing; right would be a line like country = "...".'),
        ('country = "CN"\n', 'country = "CN"\ncolour = 1\n', "colour is unknown; right would be one of"),
        ('file = "rates.csv"\n', "", "[sources.raw_rates] has no file; right would be file ="),
        (
            'file = "rates.csv"',
            'file = "rates.csv"\ndelimeter = ";"',
            "delimeter in [sources.raw_rates] is unknown",
        ),
        ('file = "rates.csv"', 'file = "rates.csv"\ncompression = "rar"', "compression 'rar' is unknown"),
        ('file = "rates.csv"', 'file = "rates.csv"\ndelimiter = "||"', "right would be quote = "),
        ('file = "rates.csv"', 'file = "rates_{day}.csv"', "right would be a name, with the day as"),
        ('country = "CN"', "country = CN", "this is not TOML: "),
        (
            'file = "rates.csv"',
            'file = "rates.csv"\nheader = "no"',
            "header = 'no' cannot be; right would be",
        ),
        (
            'file = "rates.csv"',
            'file = "rates.csv"\nskip = true',
            "skip = True cannot be; right would be skip = 2",
        ),
        ('file = "rates.csv"', 'file = "rates.csv"\ndelimiter = ""', "delimiter = '' cannot be"),
        ('file = "rates.csv"', 'file = "rates.csv"\nencoding = "gbx"', "the encoding 'gbx' is unknown"),
    ],
)
def test_a_wrong_entry_of_mapping_toml_is_named(bank: PlainBank, old: str, new: str, message: str) -> None:
    path = bank.mapping / "mapping.toml"
    path.write_text(path.read_text().replace(old, new))
    found = problem(bank)
    assert re.match(rf"{re.escape(str(path))}(, line \d+)?: ", found)
    assert message in found


def test_a_folder_without_mapping_toml_is_no_mapping(bank: PlainBank) -> None:
    (bank.mapping / "mapping.toml").unlink()
    assert "a mapping is a folder with a mapping.toml in it" in problem(bank)


def test_all_faults_are_told_at_once_each_with_its_file_and_line(bank: PlainBank) -> None:
    toml = bank.mapping / "mapping.toml"
    text = toml.read_text().replace('country = "CN"\n', "").replace('file = "accounts.csv"', "skip = true")
    toml.write_text(text)
    (bank.mapping / "holders.sql").unlink()
    (bank.source / "bankers.csv").unlink()
    bank.change("branches", "branch_id", "branch_no")
    bank.change("customers", "name,", "full_name,")
    rates = sql(bank, "rates", "SELECT currency, on_date, ratte AS rate\nFROM raw_rates\n")
    products = sql(bank, "products", "SELECT product_id, name\nFROM raw_products\n")
    accounts = sql(bank, "accounts", "SELECT *\nFROM raw_accounts\n")
    with pytest.raises(ContractError) as caught:
        bank.deliver()
    found = str(caught.value)
    skip_line = text.splitlines().index("skip = true") + 1
    source_line = text.splitlines().index("[sources.raw_accounts]") + 1
    for told in (
        f"{toml}: country is missing",
        f"{toml}, line {source_line}: [sources.raw_accounts] has no file",
        f"{toml}, line {skip_line}: [sources.raw_accounts] skip = True cannot be",
        f"{bank.mapping}/holders.sql: the file is missing",
        f"{bank.source}/bankers.csv: the file is missing",
        f"{bank.source}/branches.csv: the column branch_id is missing (is it now called branch_no?)",
        f"{bank.source}/customers.csv: the column name is missing",
        f'{rates}, line 1: Binder Error: Referenced column "ratte" not found',
        f"{products}: products: the column kind, currency, yearly_margin is missing",
    ):
        assert told in found
    # The source is declared wrongly, which is told once: its query could only say so again.
    assert str(accounts) not in found
    assert len([line for line in found.splitlines() if line.startswith(str(bank.mapping.parent))]) == 9


def test_errors_that_only_the_data_brings_out_are_told_for_every_table(bank: PlainBank) -> None:
    wrong = [
        sql(bank, "rates", "SELECT currency, on_date, CAST(currency AS INTEGER) AS rate FROM raw_rates"),
        sql(
            bank,
            "balances",
            "SELECT account_id, on_date, CAST(account_id AS INT) AS balance FROM raw_balances",
        ),
    ]
    found = problem(bank)
    assert all(f"{path}, line 1: Conversion Error" in found for path in wrong)


def test_a_file_of_the_mapping_that_is_not_utf_8_is_named_with_its_line(bank: PlainBank) -> None:
    path = bank.mapping / "rates.sql"
    path.write_bytes("-- 汇率\nSELECT * FROM raw_rates\n".encode("gb18030"))
    assert problem(bank).startswith(f"{path}, line 1: this is not UTF-8")


def test_a_mark_of_order_at_the_beginning_of_a_mapping_is_no_fault(bank: PlainBank) -> None:
    for path in bank.mapping.iterdir():
        path.write_text(path.read_text("utf-8"), "utf-8-sig")
    assert bank.deliver().tables["rates"].rows == 3
