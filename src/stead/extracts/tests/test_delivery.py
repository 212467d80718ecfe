"""A delivery is whole or not there, repeats to the byte, is refused over the limit, and can be read back."""

import json
import sys
from calendar import monthrange
from datetime import date
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from stead.extracts.commands import extract_command
from stead.extracts.contract import DUCKDB_TYPES, EXTRACTS, by_name
from stead.extracts.contract_page import PAGE, RULES, contract_page
from stead.extracts.delivery import Bank, ContractError, DeliveryError, load, old_folder, quoted, register
from stead.extracts.run import run_extract
from stead.extracts.tests.plain_bank import DAY, PlainBank, make_plain_bank
from stead.extracts.writing import Watch, check_and_write, connect, work_folder


@pytest.fixture
def bank(tmp_path: Path) -> PlainBank:
    return make_plain_bank(tmp_path)


def many_balances(bank: PlainBank, bad: int) -> None:
    """Give the bank 200 balances of 100 months' ends, the first `bad` (before any opening) unreadable."""
    bank.change("accounts", "2020-03-01,2023-01-01", "2020-03-01,2020-03-02")
    months = [divmod(DAY.year * 12 + DAY.month - 1 - back, 12) for back in range(99, -1, -1)]
    ends = [date(year, month + 1, monthrange(year, month + 1)[1]) for year, month in months]
    days = [f"{account},{end}," for end in ends for account in ("A1", "A2")]
    lines = [day + ("x" if number < bad else "1") for number, day in enumerate(days)]
    bank.write("balances", "account_id,on_date,balance\n" + "\n".join(lines) + "\n")


def test_a_table_with_more_rejects_than_the_limit_refuses_the_delivery(bank: PlainBank) -> None:
    many_balances(bank, bad=3)
    delivery = bank.deliver(0.01)
    assert delivery.refused == (
        "More than 1.00% of a table was set aside or is missing. balances: 3 of 200 rows set aside (1.50%)."
    )
    assert load(bank.lake, DAY) == delivery


def test_rejects_up_to_the_limit_are_let_pass(bank: PlainBank) -> None:
    many_balances(bank, bad=2)
    assert bank.deliver(0.01).refused == ""


def test_broken_lines_count_against_the_limit(bank: PlainBank) -> None:
    bank.change("balances", "A2,2024-03-31,-3\n", "A2,2024-03-31\nA2,2024-03-31,-3\n")
    assert bank.deliver(0.2).refused.endswith("balances.csv: 1 line set aside (25.00%).")


def test_the_same_files_give_the_same_bytes(bank: PlainBank) -> None:
    many_balances(bank, bad=1)
    assert bank.deliver().tables == bank.deliver().tables


def test_the_parquet_files_have_the_types_of_the_contract_and_stand_in_order_of_the_key(
    bank: PlainBank,
) -> None:
    bank.change("holders", "A1,1,owner,1\n", "")
    bank.change("holders", "A3,3,owner,1\n", "A3,3,owner,1\nA1,1,owner,1\n")
    con = duckdb.connect()
    register(con, bank.deliver(0))
    for extract in EXTRACTS:
        told = con.execute(f"DESCRIBE {extract.name}").fetchall()
        assert [row[:2] for row in told] == [(each.name, DUCKDB_TYPES[each.kind]) for each in extract.columns]
    keys = con.execute("SELECT account_id, customer_id FROM holders").fetchall()
    assert keys == sorted(keys)


def test_an_extract_that_stops_leaves_the_old_delivery_and_nothing_else(bank: PlainBank) -> None:
    before = bank.deliver()
    bank.change("balances", "100.50", "200.50")

    def stop(what: str, _done: int, _total: int) -> None:
        if what == "balances":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_extract(bank.mapping, bank.source, DAY, bank.lake, watch=Watch(progress=stop))
    assert load(bank.lake, DAY) == before
    assert [path.name for path in (bank.lake / "extracts").iterdir() if path.is_dir()] == [str(DAY)]


def test_a_killed_extract_is_cleared_away_by_the_next(bank: PlainBank) -> None:
    left = bank.lake / "extracts" / f".{DAY}.part" / "stage"
    left.mkdir(parents=True)
    bank.deliver()
    assert not left.parent.exists()


def test_a_delivery_killed_between_its_two_renamings_is_still_found(bank: PlainBank) -> None:
    before = bank.deliver()
    before.folder.rename(old_folder(before.folder))
    assert load(bank.lake, DAY).tables == before.tables
    assert bank.deliver().tables == before.tables
    assert not old_folder(before.folder).exists()


def test_two_extracts_of_one_day_at_once_are_not_mixed(bank: PlainBank) -> None:
    with (
        work_folder(bank.lake, DAY),
        pytest.raises(ContractError, match="another extract of 2024-03-31 is running"),
    ):
        bank.deliver()


def test_a_day_without_extracts_says_what_the_lake_holds(bank: PlainBank) -> None:
    with pytest.raises(DeliveryError, match=r"the lake holds no extracts yet\. Run: stead extract"):
        load(bank.lake, DAY)
    bank.deliver()
    with pytest.raises(DeliveryError, match="the lake holds 2024-03-31"):
        load(bank.lake, DAY.replace(day=1))


def test_a_delivery_with_a_file_missing_is_damaged(bank: PlainBank) -> None:
    bank.deliver().path("rates").unlink()
    with pytest.raises(DeliveryError, match=r"rates.parquet: the file is missing"):
        load(bank.lake, DAY)


def test_tables_of_a_program_pass_the_same_checks(bank: PlainBank) -> None:
    made = bank.deliver()
    tables = {each.name: f"read_parquet({quoted(str(made.path(each.name)))})" for each in EXTRACTS}
    tables["balances"] = (
        f"(SELECT * REPLACE (nullif(balance, -3) AS balance) FROM {tables['balances']} ORDER BY 2)"
    )
    lake = bank.lake / "other"
    told = check_and_write(connect(bank.lake), tables, day=DAY, lake=lake, bank=made.bank)
    assert {name: table.rejected for name, table in told.tables.items() if table.rejected} == {"balances": 1}
    assert told.refused
    tables["balances"] = f"read_parquet({quoted(str(made.path('balances')))})"
    again = check_and_write(connect(bank.lake), tables, day=DAY, lake=lake, bank=made.bank)
    for name, table in made.tables.items():
        assert (again.tables[name].rows, again.tables[name].rejected) == (table.rows, table.rejected)
        both = [duckdb.read_parquet(str(one.path(name))).fetchall() for one in (again, made)]
        assert both[0] == both[1]


def test_a_table_that_is_not_delivered_is_named(bank: PlainBank) -> None:
    told = Bank("x", "CNY", "CN", "Asia/Shanghai", "zh-hans")
    with pytest.raises(ContractError, match="Not delivered: branches, bankers, customers"):
        check_and_write(connect(bank.lake), {}, day=DAY, lake=bank.lake, bank=told)


def command(bank: PlainBank, *more: str) -> tuple[int, str]:
    """Exit code and output of `stead extract` for the bank."""
    names = ["--mapping", str(bank.mapping), "--source", str(bank.source), "--lake", str(bank.lake)]
    result = CliRunner().invoke(extract_command, [*names, "--date", str(DAY), *more])
    return result.exit_code, result.output


def test_the_command_prints_a_summary(bank: PlainBank) -> None:
    bank.change("balances", "100.50", "[red]")
    code, output = command(bank, "--reject-limit", "0.5")
    assert code == 0
    assert "Extracts of 2024-03-31 (plain)" in output
    assert "[red]" in output


def test_the_command_exits_with_3_when_the_delivery_is_refused(bank: PlainBank) -> None:
    bank.change("balances", "100.50", "x")
    code, output = command(bank, "--json")
    assert code == 3
    assert json.loads(output[output.index("{") :])["refused"].startswith("More than 1.00%")


def test_the_command_exits_with_3_when_a_file_is_missing_and_1_when_the_mapping_is_wrong(
    bank: PlainBank,
) -> None:
    (bank.source / "rates.csv").unlink()
    assert command(bank)[0] == 3
    (bank.mapping / "rates.sql").write_text("SELEC")
    assert command(bank)[0] == 3
    bank.write("rates", "currency,on_date,rate\nCNY,2020-01-01,1\n")
    code, output = command(bank)
    assert code == 1
    assert "rates.sql, line 1" in output


def test_the_documentation_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == contract_page(), (
        f"run {Path(sys.executable).name} -m stead.extracts.contract_page"
    )


def test_every_rule_of_the_contract_is_documented_and_every_reference_exists() -> None:
    rules = {rule for extract in EXTRACTS for rule in extract.rules}
    assert rules == set(RULES)
    seen: set[str] = set()
    for extract in EXTRACTS:
        targets = {column.refers_to.split(".")[0] for column in extract.columns if column.refers_to}
        assert targets <= seen, f"{extract.name} stands before what it refers to"
        seen.add(extract.name)
        assert all(by_name()[extract.name].columns[extract.names.index(key)].required for key in extract.key)
