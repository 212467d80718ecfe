"""Raw files as banks write them are read with their true line numbers, or refused with a clear message."""

import gzip
from pathlib import Path

import pytest

from stead.extracts.delivery import ContractError
from stead.extracts.tests.plain_bank import FILES, PlainBank, make_plain_bank


@pytest.fixture
def bank(tmp_path: Path) -> PlainBank:
    return make_plain_bank(tmp_path)


def refusal(bank: PlainBank) -> str:
    """The message with which the extract stops; nothing may have been delivered."""
    with pytest.raises(ContractError) as caught:
        bank.deliver()
    assert not any(path.is_dir() for path in (bank.lake / "extracts").iterdir())
    return str(caught.value)


def test_a_missing_file_names_itself_and_what_was_expected(bank: PlainBank) -> None:
    (bank.source / "rates.csv").unlink()
    assert refusal(bank) == (
        f"{bank.source}/rates.csv: the file is missing; {bank.mapping}/mapping.toml expects it as "
        "[sources.raw_rates] with the columns currency, on_date, rate."
    )


def test_a_renamed_column_names_itself_and_its_likely_new_name(bank: PlainBank) -> None:
    bank.change("rates", "on_date", "ondate")
    assert refusal(bank) == (
        f"{bank.source}/rates.csv: the column on_date is missing (is it now called ondate?); expected "
        "currency, on_date, rate, separated by ','; the header has currency, ondate, rate."
    )


def test_a_column_that_stands_twice_is_refused(bank: PlainBank) -> None:
    bank.change("rates", "on_date,rate\n", "on_date,rate,rate\n")
    assert (
        refusal(bank)
        == f"{bank.source}/rates.csv: the header has the column rate twice; expected each name once."
    )


def test_an_empty_file_is_refused(bank: PlainBank) -> None:
    bank.write("rates", "")
    assert refusal(bank).endswith("the header has nothing.")


def test_a_column_more_in_another_order_changes_nothing(bank: PlainBank) -> None:
    before = bank.rows("rates")
    bank.write(
        "rates", "rate,new,currency,on_date\n1,x,CNY,2020-01-01\n7.1,,USD,2024-01-01\n7.8,,EUR,2024-12-01\n"
    )
    assert bank.rows("rates") == before


def test_a_file_without_a_header_must_have_as_many_values(bank: PlainBank) -> None:
    bank.options("rates", "header = false")
    bank.write("rates", "CNY,2020-01-01\n")
    assert refusal(bank) == (
        f"{bank.source}/rates.csv, line 1: 2 values; expected 3, separated by ',': currency, on_date, rate."
    )


def test_bytes_in_another_encoding_name_the_line(bank: PlainBank) -> None:
    (bank.source / "branches.csv").write_bytes("branch_id,name\nN1,North\nN2,北京\n".encode("gb18030"))
    assert refusal(bank).startswith(f"{bank.source}/branches.csv, line 3: the bytes b1")


def test_the_wrong_compression_is_refused(bank: PlainBank) -> None:
    bank.options("branches", 'compression = "gzip"')
    assert "branches.csv: cannot be read with compression 'gzip'" in refusal(bank)


def test_lines_are_counted_past_blank_ones_and_breaks_in_values(bank: PlainBank) -> None:
    bank.write("branches", 'branch_id,name\n\nN1,"North\nGate"\nN1,again\n')
    assert [reject[1] for reject in bank.rejects("branches")] == [5]


def test_a_line_with_too_few_values_is_set_aside_and_the_rest_is_kept(bank: PlainBank) -> None:
    bank.change("balances", "A2,2024-03-31,-3\n", "A2,2024-03-31\nA2,2024-03-31,-3\n")
    (group,) = bank.deliver().rejects
    assert (group.table, group.code, group.count, group.share) == ("balances.csv", "broken_line", 1, 0.25)
    assert group.reason.startswith("The line has not 3 values; right would be 3, separated by ','")
    assert group.example == {"file": "balances.csv", "row": 3, "value": "A2,2024-03-31"}
    assert len(bank.rows("balances")) == 3


@pytest.mark.parametrize(
    ("options", "data"),
    [
        ('encoding = "gb18030"', "branch_id,name\nN1,北京\n".encode("gb18030")),
        ('encoding = "utf-16"', "branch_id,name\nN1,北京\n".encode("utf-16")),
        ("", b"\xef\xbb\xbf" + "branch_id,name\r\nN1,北京\r\n".encode()),
        ('delimiter = "|@|"\nquote = ""', "branch_id|@|name\nN1|@|北京".encode()),
        ('delimiter = "|@|"\nquote = ""', "branch_id|@|name\n\nN1|@|北京".encode()),
        ('delimiter = "\\u001d"\nquote = ""', "branch_id\x1dname\nN1\x1d北京\n".encode()),
        ('compression = "gzip"', gzip.compress("branch_id,name\nN1,北京\n".encode(), mtime=0)),
        ("skip = 2", "a report\n\nbranch_id,name\nN1,北京\n".encode()),
        ("", "branch_id,name,\nN1,北京,\n".encode()),
        ("header = false", "N1,北京\n".encode()),
        ('null = ["?", "NULL"]', "branch_id,name\nN1,北京\n?,NULL\n".encode()),
    ],
    ids=[
        "gb18030",
        "utf-16",
        "bom",
        "signs",
        "signs, exact",
        "control",
        "gzip",
        "skip",
        "comma at the end",
        "bare",
        "null",
    ],
)
def test_every_way_of_writing_is_read(bank: PlainBank, options: str, data: bytes) -> None:
    bank.options("branches", options)
    (bank.source / "branches.csv").write_bytes(data)
    assert bank.rows("branches") == [("N1", "北京", None)]


def test_a_pattern_reads_several_files_and_the_day_may_be_in_the_name(bank: PlainBank) -> None:
    header, first, *rest = FILES["balances"].splitlines()
    for number, lines in enumerate(([first], rest)):
        name = f"balances_20240331_{number}.csv"
        (bank.source / name).write_text("\n".join([header, *lines]) + "\n")
    toml = bank.mapping / "mapping.toml"
    toml.write_text(toml.read_text().replace('"balances.csv"', '"balances_{date:%Y%m%d}_*.csv"'))
    assert len(bank.rows("balances")) == 3
