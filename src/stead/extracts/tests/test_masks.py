"""What was set aside is told to whoever sees no customers without telling who anybody is."""

import json
from pathlib import Path

import duckdb
import psycopg
import pytest
from click.testing import CliRunner
from django.db import DataError, IntegrityError
from rich.console import Console

from stead.core.error_values import without_values
from stead.extracts.commands import extract_command
from stead.extracts.contract import EXTRACTS
from stead.extracts.mapping import MappingError
from stead.extracts.reject_rows import value_shown
from stead.extracts.report import summary
from stead.extracts.tests.plain_bank import DAY, make_plain_bank

SHOWN = [
    ("customers", "phone", "1381234x5678", "********5678"),
    ("customers", "identity_number", "11010119800401001X", "**************001X"),
    ("customers", "name", "周慧敏\ufffd", "****"),
    ("customers", "name", "a text of 240 characters", "a text of 240 characters"),
    ("customers", "address", "a text of 240 characters, of Isaac Watts", "****"),
    ("customers", "email", "isaac@watts.example", "****"),
    ("transactions", "counterparty", "林晓雯\ufffd", "****"),
    ("contacts", "note", "calls Isaac Watts\ufffd", "****"),
    # Values in columns that have slipped by one.
    ("customers", "gender", "周慧敏", "文文文"),
    ("customers", "gender", "13812345678", "99999999999"),
    ("customers", "kind", "Isaac Watts", "xxxxx xxxxx"),
    ("customers", "birth_date", "Isaac Watts", "xxxxx xxxxx"),
    ("customers", "birth_date", "13812345678", "99999999999"),
    ("customers", "birth_date", "周慧敏", "文文文"),
    # What has to be mended is seen.
    ("customers", "gender", "Mann", "Mann"),
    ("customers", "birth_date", "1985-02-30", "1985-02-30"),
    ("customers", "birth_date", "30.02.1985 00:00", "30.02.1985 00:00"),
    ("customers", "birth_date", "1985年2月30日", "1985年2月30日"),
    ("customers", "customer_id", "C1/2", "C1/2"),
    ("balances", "balance", "1,000.00", "1,000.00"),
    ("accounts", "currency", "yen", "yen"),
    ("a file.csv", "", "1;周慧敏;13812345678", "****"),
]


@pytest.mark.parametrize(("table", "column", "value", "shown"), SHOWN)
def test_a_value_is_shown_as_its_reader_may_see_it(table: str, column: str, value: str, shown: str) -> None:
    assert value_shown(table, column, value, is_whole=False) == shown
    assert value_shown(table, column, value, is_whole=True) == value


def test_every_free_text_about_a_customer_is_personal() -> None:
    """A text of the contract is personal, a key, or named here as one that tells nobody's person."""
    plain = {
        ("customers", "identity_kind"), ("customers", "city"), ("customers", "occupation"),
        ("customers", "language"), ("products", "name"), ("branches", "name"), ("branches", "city"),
        ("bankers", "name"),
    }  # fmt: skip
    free = {
        (table.name, column.name)
        for table in EXTRACTS
        for column in table.columns
        if column.kind == "text"
        and not (column.allowed or column.currency or column.refers_to or column.name in table.key)
    }
    personal = {
        (table.name, column.name) for table in EXTRACTS for column in table.columns if column.personal
    }
    assert free - plain == personal


def test_the_terminal_masks_and_the_files_beside_the_delivery_do_not(tmp_path: Path) -> None:
    bank = make_plain_bank(tmp_path)
    bank.change("customers", "1985-05-05", "1985-02-30")
    bank.write("branches", "branch_id,name\nN1,North\nN2,Isaac Watts,13812345678\n")
    delivery = bank.deliver()
    console = Console(width=300)
    with console.capture() as printed:
        console.print(summary(delivery))
    told = printed.get()
    assert "1985-02-30" in told
    assert "Watts" not in told
    assert "13812345678" not in told
    kept = (delivery.folder / "rejects" / "lines.parquet").as_posix()
    assert "Watts" in str(duckdb.connect().execute(f"SELECT value FROM '{kept}'").fetchall())
    made = ["--mapping", str(bank.mapping), "--source", str(bank.source), "--date", DAY.isoformat()]
    asked = [*made, "--lake", str(tmp_path / "other"), "--json", "--reject-limit", "1"]
    out = CliRunner().invoke(extract_command, asked).stdout
    assert {group["example"]["value"] for group in json.loads(out)["rejects"]} >= {"1985-02-30", "****"}
    assert "Watts" not in out


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT CAST('13812345678' AS DATE)", 'date field value out of range: "99999999999"'),
        (
            "SELECT strptime('周慧敏', '%Y-%m-%d')",
            'string "文文文" according to format specifier "%Y-%m-%d" 文文文',
        ),
        ("SELECT CAST('Isaac Watts' AS INTEGER)", "Could not convert string 'xxxxx xxxxx' to INT32"),
        ("SELECT nope FROM range(1)", 'Referenced column "nope" not found'),
    ],
)
def test_an_error_of_a_query_tells_no_value(query: str, told: str) -> None:
    with pytest.raises(duckdb.Error) as raised:
        duckdb.connect().execute(query).fetchall()
    assert told in " ".join(without_values(raised.value).split())


def test_an_error_of_the_database_tells_no_row() -> None:
    error = IntegrityError("duplicate key\nDETAIL:  Failing row contains (C1, 周慧敏, 13812345678).")
    error.__cause__ = psycopg.errors.UniqueViolation(str(error))
    assert without_values(error) == "duplicate key"
    value = DataError('invalid input syntax for type date: "Isaac Watts"')
    value.__cause__ = psycopg.errors.InvalidDatetimeFormat(str(value))
    assert without_values(value) == 'invalid input syntax for type date: "xxxxx xxxxx"'


def test_a_query_of_a_mapping_that_stumbles_over_a_value_does_not_tell_it(tmp_path: Path) -> None:
    bank = make_plain_bank(tmp_path)
    path = bank.mapping / "branches.sql"
    path.write_text(
        "SELECT branch_id, name, CAST(name AS DATE)::VARCHAR AS city, _file, _row FROM raw_branches\n"
    )
    with pytest.raises(MappingError) as raised:
        bank.deliver()
    assert "branches.sql, line 1" in str(raised.value)
    assert "North" not in str(raised.value)
