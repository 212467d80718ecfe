"""Lines that are no rows are set aside one by one, with their reason; every other row arrives."""

import gzip
from pathlib import Path

import duckdb
import pytest

from stead.extracts.delivery import ContractError
from stead.extracts.tests.plain_bank import PlainBank, make_plain_bank

pytestmark = pytest.mark.unmeasured
HEADER = "branch_id,name\n"
MANY = "".join(f"N{number},Branch {number}\n" for number in range(2, 500))


@pytest.fixture
def bank(tmp_path: Path) -> PlainBank:
    return make_plain_bank(tmp_path)


def lines(bank: PlainBank) -> list[tuple[int, str]]:
    """The numbers of the lines that were set aside, and the kind of each fault."""
    delivery = bank.delivered()
    rows = duckdb.connect().read_parquet(str(delivery.folder / "rejects" / "lines.parquet")).fetchall()
    codes = {group.reason: group.code for group in delivery.rejects}
    return [(row[1], codes[row[4]]) for row in rows]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('N1,"North', "stray_quote"),
        ('N1,Nor"th', "stray_quote"),
        ('N1,"North" Gate', "stray_quote"),
        ("N1,North,Gate", "broken_line"),
        ("N1", "broken_line"),
        ("branch_id,name", "repeated_header"),
    ],
)
def test_one_bad_line_among_many_costs_itself(bank: PlainBank, line: str, code: str, encoding: str) -> None:
    bank.options("branches", f'encoding = "{encoding}"')
    text = HEADER + "N1,North\n" + MANY + line + "\n" + "N500,Last\n"
    (bank.source / "branches.csv").write_bytes(text.encode(encoding))
    assert lines(bank) == [(501, code)]
    assert bank.delivered().tables["branches"].rows == 500


def test_a_file_with_good_quotes_keeps_every_sign(bank: PlainBank) -> None:
    bank.write("branches", HEADER + 'N1,"North ""Gate"", 5"\nN2,"two\nlines"\n')
    assert bank.rows("branches") == [("N1", 'North "Gate", 5', None), ("N2", "two lines", None)]


def test_a_file_that_never_quotes_says_so_and_keeps_its_quotes(bank: PlainBank) -> None:
    bank.options("branches", 'quote = ""')
    bank.write("branches", HEADER + 'N1,5" pipe\n')
    assert bank.rows("branches") == [("N1", '5" pipe', None)]


def test_mixed_ends_of_lines_are_read(bank: PlainBank) -> None:
    (bank.source / "branches.csv").write_bytes(b"branch_id,name\r\nN1,North\nN2,South\r\nN3,East\rN4,West")
    assert [row[:2] for row in bank.rows("branches")] == [
        ("N1", "North"), ("N2", "South"), ("N3", "East"), ("N4", "West"),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize(
    ("text", "rows", "aside"),
    [
        ('H\nN1,"two\r\nlines"\nN2,South\n', ["N1 two lines 2", "N2 South 4"], []),
        ('H\r\nN1,"two\nlines"\r\nN2,South', ["N1 two lines 2", "N2 South 4"], []),
        ('H\nN1,"two\rlines"\nN2,South\r\n', ["N1 two lines 2", "N2 South 4"], []),
        ('H\nN1,North\rN2,South\nN3,"two\nlines"\nN4,West\n',
         ["N1 North 2", "N2 South 3", "N3 two lines 4", "N4 West 6"], []),
        ("H\rN1,North\rN2,South", ["N1 North 2", "N2 South 3"], []),
        ("H\rN1,North\rN2\rN3,East\r", ["N1 North 2", "N3 East 4"], [(3, "broken_line")]),
        ("H\nN1,Nor\rth\nN2,South\n", ["N2 South 4"], [(2, "cut_line"), (3, "cut_line")]),
        ("H\r\nN\r1,North\r\nN2,South\r\n", ["N2 South 4"], [(2, "cut_line"), (3, "cut_line")]),
        ("H\nN1,North\r\r\nN2,South\r\r\n", ["N1 North 2", "N2 South 4"], []),
        ("H\nN1,North\r\nN2,South\rN3,East\nN4,West\r", [
            "N1 North 2", "N2 South 3", "N3 East 4", "N4 West 5"], []),
        ("H\nN1,North\n\r\nN2\r\nN3,East", ["N1 North 2", "N3 East 5"], [(4, "broken_line")]),
    ],
    ids=[
        "pair in a value", "feed in a value", "return in a value", "kinds that make up for each other",
        "returns alone", "returns alone, one broken", "return cuts a last value", "return cuts a first value",
        "pairs made twice", "all kinds", "blank lines of both kinds",
    ],
)  # fmt: skip
def test_each_row_of_mixed_ends_is_right_or_set_aside_with_its_line(
    bank: PlainBank, text: str, rows: list[str], aside: list[tuple[int, str]], encoding: str
) -> None:
    bank.options("branches", f'encoding = "{encoding}"')
    (bank.mapping / "branches.sql").write_text(
        "SELECT branch_id, concat_ws(' ', regexp_replace(name, '[\\r\\n]+', ' ', 'g'), _row) AS name\n"
        "FROM raw_branches\n"
    )
    (bank.source / "branches.csv").write_bytes(text.replace("H", HEADER.strip(), 1).encode(encoding))
    assert [f"{number} {name}" for number, name, *_ in bank.rows("branches")] == rows
    assert (lines(bank) if aside else []) == aside
    assert bank.delivered().tables["branches"].rejected == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16-le", "gb18030"])
def test_a_mark_of_order_at_the_beginning_belongs_to_no_name(bank: PlainBank, encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    mark = "" if encoding.endswith("-sig") else "\ufeff"
    bank.options("branches", f'encoding = "{declared}"')
    (bank.source / "branches.csv").write_bytes((mark + HEADER + "N1,北京\n").encode(encoding))
    assert bank.rows("branches") == [("N1", "北京", None)]


def test_a_compressed_file_that_was_cut_off_is_refused(bank: PlainBank) -> None:
    bank.options("branches", 'compression = "gzip"')
    whole = gzip.compress((HEADER + MANY).encode())
    (bank.source / "branches.csv").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ContractError, match="its end is missing; right would be the whole file, sent again"):
        bank.deliver()


def test_a_header_that_is_not_there_is_told_as_such(bank: PlainBank) -> None:
    bank.write("branches", "N1,North\nN2,South\n")
    with pytest.raises(ContractError, match=r"is there no header\? then header = false"):
        bank.deliver()


def test_a_limit_holds_for_lines_too(bank: PlainBank) -> None:
    bank.write("branches", HEADER + 'N1,North\nN2,"South\nN3,East\n')
    assert "branches.csv: 1 line set aside (33.33%)" in bank.deliver(reject_limit=0.01).refused
