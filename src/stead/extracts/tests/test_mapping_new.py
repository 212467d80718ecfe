"""A first mapping is written from whatever files a bank has, and says of each guess what speaks for it."""

import gzip
import sqlite3
import zipfile
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pytest
from click.testing import CliRunner

from stead.extracts.delivery import ContractError, Delivery
from stead.extracts.guess_text import text_form
from stead.extracts.mapping import load_mapping
from stead.extracts.mapping_commands import mapping_group
from stead.extracts.run import run_extract

DAY = date(2024, 3, 31)
CUSTOMERS = (
    "客户号|客户名称|性别|出生日期|手机号码|开户机构|客户经理号|开户日期|销户日期\n"
    "10001|王小明|男|19800229|13800000001|0101|E01|20200105|0\n"
    "10002|欧阳·娜娜|女|19920715|13800000002|0102|E02|20210201|20240102\n"
    "10003|李四|男|19750101||0101|E01|20190930|0\n"
)
ACCOUNTS = (
    "账号,客户号,产品代码,币种,开户日期,到期日,余额\n"
    'A001,10001,DQ01,CNY,2020/01/05,2024/06/30,"1,234,567.80"\n'
    "A002,10002,HQ01,CNY,2021/02/01,,0.50\n"
    'A003,10003,HQ01,USD,2019/09/30,,"12,000.00"\n'
)
FLOWS = (
    "流水号,账号,交易日期,借贷标志,交易金额,交易类型,渠道\n"
    "T1,A001,2024-03-30,贷,5000.00,代发工资,柜面\n"
    "T2,A002,2024-03-31,借,12.30,手续费,手机银行\n"
    "T3,A003,2024-03-31,借,99.00,ZZ9,手机银行\n"
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Chinese core-banking exports: GBK with bars, gzip, a workbook of two sheets, an archive."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "客户信息_20240331.txt").write_bytes(CUSTOMERS.encode("gbk"))
    (folder / "acct_20240331.csv.gz").write_bytes(gzip.compress(ACCOUNTS.encode("utf-8-sig")))
    with zipfile.ZipFile(folder / "flow.zip", "w") as archive:
        archive.writestr("交易流水_1.csv", FLOWS.encode("gb18030"))
    book = openpyxl.Workbook()
    book.active.title = "机构"
    for row in (("机构号", "机构名称", "城市"), ("0101", "总行营业部", "北京"), ("0102", "海淀支行", "北京")):
        book.active.append(row)
    staff = book.create_sheet("客户经理")
    for row in (("工号", "姓名", "机构号"), ("E01", "陈宇", "0101"), ("E02", "孙丽", "0102")):
        staff.append(row)
    book.save(folder / "org.xlsx")
    (folder / "readme.pdf").write_bytes(b"%PDF-1.7")
    return folder


def guess(tmp_path: Path, source: Path, *options: str) -> tuple[Path, str]:
    """Write a mapping; returns its folder and what the command said."""
    folder = tmp_path / "mappings" / "ours"
    said = CliRunner().invoke(mapping_group, ["new", str(folder), "--source", str(source), *options])
    assert said.exit_code == 0, said.output
    return folder, said.output


def text(folder: Path, table: str) -> str:
    return (folder / f"{table}.sql").read_text("utf-8")


def deliver(folder: Path, source: Path, tmp_path: Path) -> Delivery:
    return run_extract(folder, source, DAY, tmp_path / "lake", 1.0)


def test_each_file_is_recognised_and_read_in_its_own_form(source: Path, tmp_path: Path) -> None:
    folder, said = guess(tmp_path, source)
    mapping = load_mapping(folder)
    forms = {
        each.file: (each.kind, each.encoding, each.delimiter, each.compression) for each in mapping.sources
    }
    assert forms == {
        "客户信息_{date:%Y%m%d}.txt": ("text", "gb18030", "|", "none"),
        "acct_{date:%Y%m%d}.csv.gz": ("text", "utf-8", ",", "gzip"),
        "flow.zip": ("text", "gb18030", ",", "zip"),
        "org.xlsx": ("xlsx", "utf-8", ",", "none"),
    }
    assert (mapping.bank.book_currency, mapping.bank.country) == ("CNY", "CN")
    assert "readme.pdf: this is a PDF document, which is not read" in said


def test_the_check_of_a_new_mapping_says_what_is_still_to_be_done(source: Path, tmp_path: Path) -> None:
    folder, _ = guess(tmp_path, source)
    with pytest.raises(ContractError) as caught:
        deliver(folder, source, tmp_path)
    told = str(caught.value).splitlines()
    assert [line.split(": ", 1)[1].split(";")[0] for line in told if "column" in line] == [
        "bankers: the column capacity_minutes is missing",
        "products: the column name, kind, yearly_margin is missing",
        "transactions: the column by_customer is missing",
    ]
    assert len(told) == 3


def test_what_is_left_is_added_by_hand_and_the_rest_of_the_guesses_hold(source: Path, tmp_path: Path) -> None:
    folder, _ = guess(tmp_path, source)
    for table, columns in {
        "bankers": "240 AS capacity_minutes,",
        "products": "'x' AS name, 'demand' AS kind, 0.01 AS yearly_margin,",
        "transactions": "true AS by_customer,",
    }.items():
        (folder / f"{table}.sql").write_text(
            text(folder, table).replace("SELECT\n", f"SELECT {columns}\n"), "utf-8"
        )
    values = "(VALUES ('CNY', 1), ('USD', 7)) t(currency, rate)"
    rates = f"SELECT currency, DATE '2024-01-01' AS on_date, rate FROM {values}"
    (folder / "rates.sql").write_text(rates)
    delivery = deliver(folder, source, tmp_path)
    # The one code of a booking that nobody knows is set aside by its name, and nothing else.
    assert [(group.table, group.column, group.example["value"]) for group in delivery.rejects] == [
        ("transactions", "kind", "ZZ9")
    ]
    con = duckdb.connect()

    def rows(table: str, columns: str) -> list[tuple[object, ...]]:
        return con.read_parquet(str(delivery.path(table))).project(columns).fetchall()

    assert rows("customers", "customer_id, gender, birth_date::VARCHAR, closed_on::VARCHAR, branch_id") == [
        ("10001", "m", "1980-02-29", None, "0101"),
        ("10002", "f", "1992-07-15", "2024-01-02", "0102"),
        ("10003", "m", "1975-01-01", None, "0101"),
    ]
    assert rows("balances", "account_id, on_date::VARCHAR, balance::VARCHAR")[0] == (
        "A001", "2024-03-31", "1234567.80",
    )  # fmt: skip
    assert rows("holders", "account_id, customer_id, role, share::INT")[0] == ("A001", "10001", "owner", 1)
    assert rows("transactions", "amount::VARCHAR, kind, channel") == [
        ("5000.00", "salary", "branch"), ("-12.30", "fee", "mobile"),
    ]  # fmt: skip


def test_a_table_for_which_no_file_was_found_is_still_to_be_written(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "branch.csv").write_text("branch_no,branch_name\n1,North\n")
    folder, _ = guess(tmp_path, tmp_path / "files", "--book-currency", "EUR")
    with pytest.raises(ContractError) as caught:
        deliver(folder, tmp_path / "files", tmp_path)
    assert f"{folder}/accounts.sql: the query is still to be written" in str(caught.value)
    assert f"{folder}/mapping.toml: country is missing" in str(caught.value)
    assert "rates.sql" not in str(caught.value)


def test_guesses_are_marked_with_what_speaks_for_them(source: Path, tmp_path: Path) -> None:
    folder, _ = guess(tmp_path, source)
    assert "-- guess: e.g. 19800229, 19920715, 19750101; days as %Y%m%d" in text(folder, "customers")
    assert "-- guess: '0' means no day" in text(folder, "customers")
    assert "-- to do: what these codes mean: ZZ9; one of salary" in text(folder, "transactions")
    assert "# guess: " in (folder / "mapping.toml").read_text("utf-8")
    assert "Chinese signs in GB18030" in (folder / "mapping.toml").read_text("utf-8")


def test_tables_of_a_database_file_are_sources(tmp_path: Path) -> None:
    source = tmp_path / "files"
    source.mkdir()
    with sqlite3.connect(source / "core.db") as base:
        base.execute("CREATE TABLE branch (branch_no TEXT, branch_name TEXT)")
        base.execute("INSERT INTO branch VALUES ('1', 'North'), ('2', 'South')")
    base.close()
    folder, said = guess(tmp_path, source)
    assert '"branch_no" AS branch_id' in text(folder, "branches")
    assert "core.db, table branch" in said


def test_files_of_several_days_and_parts_are_one_source(tmp_path: Path) -> None:
    source = tmp_path / "files"
    source.mkdir()
    for part in (1, 2, 3):
        (source / f"branch_20240331_{part}.csv").write_text(f"branch_no,branch_name\nN{part},Gate {part}\n")
    folder, _ = guess(tmp_path, source, "--book-currency", "EUR")
    (only,) = (line for line in (folder / "mapping.toml").read_text().splitlines() if line.startswith("file"))
    assert only == 'file = "branch_{date:%Y%m%d}_*.csv"'
    assert 'book_currency = "EUR"' in (folder / "mapping.toml").read_text()


def test_a_mapping_that_is_there_is_not_overwritten(source: Path, tmp_path: Path) -> None:
    folder, _ = guess(tmp_path, source)
    said = CliRunner().invoke(mapping_group, ["new", str(folder), "--source", str(source)])
    assert (said.exit_code, "exists; choose another name" in said.output) == (1, True)


@pytest.mark.parametrize(
    ("data", "encoding", "delimiter", "quote"),
    [
        ("客户号;名称\n1;北京\n2;上海\n".encode("gb18030"), "gb18030", ";", '"'),
        ("id\tname\n1\t北京\n2\t上海\n".encode(), "utf-8", "\t", '"'),
        ("id,name\n1,北京\n2,上海\n".encode("utf-16"), "utf-16", ",", '"'),
        ("id,name\n1,北京\n2,上海\n".encode("utf-16-be"), "utf-16-be", ",", '"'),
        ("id;name\n1;Müller\n2;Jérôme\n".encode("latin-1"), "latin-1", ";", '"'),
        ("id;name\n1;Müller – Söhne\n2;Café €\n".encode("cp1252"), "cp1252", ";", '"'),
        ("id|@|name\n1|@|北京\n2|@|上海\n".encode("gbk"), "gb18030", "|@|", ""),
        (b'id,name\n1,5" pipe\n2,6" pipe\n', "utf-8", ",", ""),
        (b'id,name\n1,"a, b"\n2,c\n', "utf-8", ",", '"'),
    ],
)
def test_how_a_text_is_written_is_recognised(
    tmp_path: Path, data: bytes, encoding: str, delimiter: str, quote: str
) -> None:
    path = tmp_path / "one.csv"
    path.write_bytes(data)
    form = text_form(path, "none", frozenset({"id", "name", "客户号", "名称"}))
    assert (form.encoding, form.delimiter, form.quote, form.header) == (encoding, delimiter, quote, True)


@pytest.mark.parametrize(
    ("data", "skip", "header"),
    [
        ("1,2020,North\n2,2021,South\n", 0, False),
        ("Report\nof branches\nid,year,name\n1,2020,North\n2,2021,South\n", 2, True),
    ],
)
def test_a_header_is_told_from_rows_and_titles(tmp_path: Path, data: str, skip: int, *, header: bool) -> None:
    path = tmp_path / "one.csv"
    path.write_text(data)
    form = text_form(path, "none", frozenset())
    assert (form.skip, form.header) == (skip, header)
