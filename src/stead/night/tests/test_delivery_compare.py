"""A delivery that lost something is stopped before any night, and never takes the place of a good one."""

import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import connection
from django.test import Client
from tests import factories

from stead.access.models import Role, User
from stead.audit.models import Entry
from stead.core.postgres import address_of
from stead.extracts.commands import extract_command
from stead.extracts.delivery import (
    Accepted,
    ContractError,
    Delivery,
    folder_of,
    last_good,
    load,
    refused_folder,
)
from stead.extracts.limits import DEFAULTS, limits_of
from stead.extracts.run import run_extract
from stead.extracts.tests.plain_bank import DAY, PlainBank, make_plain_bank
from stead.night import pipeline
from stead.night.models import Run
from stead.night.pipeline import RefusedError
from stead.night.progress import Board
from stead.night.stages import NAMES

BEFORE = DAY - timedelta(days=1)
CUSTOMERS = 40


@pytest.fixture
def bank(tmp_path: Path) -> PlainBank:
    """Forty customers with an account each; the day before has been delivered."""
    bank = make_plain_bank(tmp_path)
    numbers = [f"{n:02}" for n in range(CUSTOMERS)]
    bank.write(
        "customers",
        "customer_id,kind,name,birth_date,risk_grade,branch_id,banker_id,opened_on\n"
        + "".join(f"{n},person,An,1980-02-29,C3,N1,K1,2020-01-01\n" for n in numbers),
    )
    bank.write(
        "accounts",
        "account_id,product_id,currency,opened_on,closed_on\n"
        + "".join(f"A{n},P1,CNY,2024-01-01,\n" for n in numbers),
    )
    bank.write(
        "holders", "account_id,customer_id,role,share\n" + "".join(f"A{n},{n},owner,1\n" for n in numbers)
    )
    bank.write("transactions", "transaction_id,account_id,on_date,amount,kind,by_customer\n")
    balances(bank, BEFORE)
    delivered = extract(bank, BEFORE)
    assert (delivered.refused, delivered.differs) == ("", ())
    balances(bank, DAY)
    return bank


def balances(bank: PlainBank, day: date, amount: str = "100.00", least: int = 0) -> None:
    """Give each account from number `least` on a balance of the day."""
    rows = (f"A{n:02},{day},{amount}\n" for n in range(least, CUSTOMERS))
    bank.write("balances", "account_id,on_date,balance\n" + "".join(rows))


def extract(bank: PlainBank, day: date = DAY, **more: Any) -> Delivery:
    """Deliver the bank's files of a day."""
    return run_extract(bank.mapping, bank.source, day, bank.lake, **more)


def without_customers(bank: PlainBank, count: int) -> None:
    """Take the first customers out of every file, as a file that is lost does."""
    for table, column in (("customers", 0), ("accounts", 0), ("holders", 0), ("balances", 0)):
        path = bank.source / f"{table}.csv"
        gone = {f"{n:02}" for n in range(count)}
        lines = path.read_text().splitlines(keepends=True)
        kept = [line for line in lines if line.split(",")[column].removeprefix("A") not in gone]
        path.write_text("".join(kept))


def test_a_delivery_like_the_last_one_is_good(bank: PlainBank) -> None:
    delivery = extract(bank)
    assert (delivery.is_good, delivery.differs) == (True, ())
    assert delivery.measures["sum of assets"] == "4000.00"


def test_customers_who_are_gone_stop_it_with_both_numbers(bank: PlainBank) -> None:
    without_customers(bank, 4)
    delivery = extract(bank)
    assert not delivery.is_good
    assert (
        "rows of customers: 40 in the last delivery, 36 now (-10.00%; may fall by 2.00%)" in delivery.differs
    )
    assert (
        "customers still there: 40 in the last delivery, 36 now (-10.00%; may fall by 0.50%)"
        in delivery.differs
    )
    assert (
        "sum of assets: 4,000.00 in the last delivery, 3,600.00 now (-10.00%; may fall by 5.00%)"
        in delivery.differs
    )


def test_as_many_others_do_not_hide_customers_who_are_gone(bank: PlainBank) -> None:
    without_customers(bank, 2)
    for table, text in (
        ("customers", "98,person,Bo,,,N1,K1,2024-03-31\n99,person,Bo,,,N1,K1,2024-03-31\n"),
        ("accounts", "A98,P1,CNY,2024-03-31,\nA99,P1,CNY,2024-03-31,\n"),
        ("holders", "A98,98,owner,1\nA99,99,owner,1\n"),
        ("balances", f"A98,{DAY},100.00\nA99,{DAY},100.00\n"),
    ):
        path = bank.source / f"{table}.csv"
        path.write_text(path.read_text() + text)
    assert [differs.partition(":")[0] for differs in extract(bank).differs] == [
        "customers still there", "open accounts still there",
    ]  # fmt: skip


def test_a_sum_that_falls_stops_it_though_every_row_is_there(bank: PlainBank) -> None:
    balances(bank, DAY, "90.00")
    assert [differs.partition(":")[0] for differs in extract(bank).differs] == ["sum of assets"]


def test_bankers_who_are_gone_stop_it_and_no_customer_goes_with_them(bank: PlainBank) -> None:
    bank.change("bankers", "K1,Li", "K2,Li")
    delivery = extract(bank)
    assert delivery.tables["customers"].rows == CUSTOMERS
    assert [(group.code, group.count) for group in delivery.rejects] == [("unfound_kept", CUSTOMERS)]
    assert delivery.differs == (
        "customers with a banker: 40 in the last delivery, 0 now (-100.00%; may fall by 5.00%)",
    )


def test_a_file_of_a_pattern_that_is_gone_stops_it(bank: PlainBank) -> None:
    toml = bank.mapping / "mapping.toml"
    toml.write_text(toml.read_text().replace('"balances.csv"', '"balances*.csv"'))
    header = "account_id,on_date,balance\n"
    balances(bank, BEFORE)
    (bank.source / "balances2.csv").write_text(header)
    extract(bank, BEFORE, accepted=Accepted("an", "a second file"))
    balances(bank, DAY)
    (bank.source / "balances2.csv").unlink()
    assert any(
        differs.startswith("files of raw_balances: 2 in the last delivery, 1 now")
        for differs in extract(bank).differs
    )


def test_the_core_systems_own_totals_are_held_against_what_was_read(bank: PlainBank) -> None:
    (bank.mapping / "control.sql").write_text(
        "SELECT 'balances' AS \"table\", 'rows' AS measure, 40 AS total UNION ALL "
        "SELECT 'balances', 'sum of balance', 4100.00 UNION ALL SELECT 'raw_customers', 'rows', 41"
    )
    assert extract(bank).differs == (
        "balances, sum of balance: 4,100.00 by the core system, 4,000 read",
        "raw_customers, rows: 41.00 by the core system, 40 read",
    )


def test_a_total_of_what_is_not_there_is_refused(bank: PlainBank) -> None:
    (bank.mapping / "control.sql").write_text("SELECT 'loans' AS \"table\", 'rows' AS measure, 1 AS total")
    with pytest.raises(ContractError, match=r"control\.sql: there is no rows of 'loans'"):
        extract(bank)


def test_the_bank_sets_its_limits_by_date(bank: PlainBank) -> None:
    (bank.mapping / "limits.csv").write_text(
        "measure,fall_most,rise_most,effective_from\n"
        "rows of customers,0.5,,2024-01-01\nrows of customers,0.01,,2025-01-01\nsum of assets,,,2024-01-01\n"
    )
    limits = limits_of(bank.mapping, DAY)
    assert limits["rows of customers"].fall_most is not None
    assert str(limits["rows of customers"].fall_most) == "0.5"
    assert limits["rows of accounts"] == DEFAULTS["rows of accounts"]
    balances(bank, DAY, "1.00")
    assert extract(bank).is_good


def test_a_file_that_is_older_than_the_bank_allows_stops_it(bank: PlainBank) -> None:
    noon = datetime(2024, 3, 21, 12, tzinfo=UTC).timestamp()
    os.utime(bank.source / "balances.csv", (noon, noon))
    assert extract(bank).differs == ()
    (bank.mapping / "limits.csv").write_text(
        "measure,fall_most,rise_most,effective_from\nage of files in days,,2,2024-01-01\n"
    )
    assert extract(bank).differs == (
        "balances.csv: last changed on 2024-03-21, 10 days before 2024-03-31 (may be 2 days)",
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("rows of clients,0.1,,2024-01-01", "line 2: nothing is measured as 'rows of clients'"),
        ("rows of customers,5%,,2024-01-01", "line 2: a limit or its day cannot be read"),
        ("rows of customers,0.1,,soon", "line 2: a limit or its day cannot be read"),
    ],
)
def test_a_limit_that_cannot_be_read_is_refused_with_its_line(bank: PlainBank, line: str, told: str) -> None:
    (bank.mapping / "limits.csv").write_text(f"measure,fall_most,rise_most,effective_from\n{line}\n")
    with pytest.raises(ContractError, match=told):
        extract(bank)


def test_an_accepted_one_is_good_and_says_who_and_why(bank: PlainBank) -> None:
    without_customers(bank, 4)
    assert not extract(bank).is_good
    code, output = command(bank, "--accept", "branch North was sold", "--json")
    assert code == 0
    told = json.loads(output[output.index("{") :])
    assert told["accepted"]["reason"] == "branch North was sold"
    assert told["differs"]
    assert load(bank.lake, DAY).is_good
    assert not refused_folder(folder_of(bank.lake, DAY)).exists()
    # The next one is held against what was accepted.
    assert extract(bank, DAY).measures["rows of customers"] == "36"


def test_a_refused_one_does_not_replace_the_good_one_of_that_day(bank: PlainBank) -> None:
    good = extract(bank)
    without_customers(bank, 4)
    refused = extract(bank)
    assert refused.folder == refused_folder(good.folder)
    assert load(bank.lake, DAY) == good
    assert last_good(bank.lake, DAY + timedelta(days=1)) == good
    balances(bank, DAY, "x", least=0)
    with pytest.raises(ContractError):
        extract(bank)
    assert load(bank.lake, DAY) == good


def test_too_many_rejects_do_not_replace_it_either(bank: PlainBank) -> None:
    good = extract(bank)
    bank.change("balances", f"A00,{DAY},100.00", f"A00,{DAY},x")
    assert extract(bank).refused
    assert load(bank.lake, DAY) == good


def test_where_there_is_no_good_one_the_refused_one_says_why(bank: PlainBank) -> None:
    without_customers(bank, 4)
    extract(bank)
    assert "rows of customers: 40" in load(bank.lake, DAY).stopped


def command(bank: PlainBank, *more: str) -> tuple[int, str]:
    """Exit code and output of `stead extract` for the bank."""
    names = ["--mapping", str(bank.mapping), "--source", str(bank.source), "--lake", str(bank.lake)]
    result = CliRunner().invoke(extract_command, [*names, "--date", str(DAY), *more])
    return result.exit_code, result.output


def test_the_command_ends_with_3_and_says_what_differs(bank: PlainBank) -> None:
    without_customers(bank, 4)
    code, output = command(bank)
    assert code == 3
    assert "40 in the last delivery, 36 now" in " ".join(output.split())


@pytest.mark.parametrize("option", [["--check"], ["--sample", "7"]])
def test_a_look_keeps_nothing(bank: PlainBank, option: list[str]) -> None:
    before = sorted(path for path in bank.lake.rglob("*") if path.suffix != ".lock")
    code, output = command(bank, *option)
    assert (code, "nothing was kept" in output) == (0, True)
    assert sorted(path for path in bank.lake.rglob("*") if path.suffix != ".lock") == before


def test_a_check_that_finds_too_little_ends_with_3(bank: PlainBank) -> None:
    without_customers(bank, 4)
    assert command(bank, "--check")[0] == 3


def test_a_sample_hangs_together(bank: PlainBank) -> None:
    bank.change("holders", "A00,00,owner,1\n", "A00,00,joint,0.5\nA00,39,joint,0.5\n")
    delivery = extract(bank, sample=2)
    assert delivery.rejects == ()
    counts = {name: table.rows for name, table in delivery.tables.items()}
    assert (counts["customers"], counts["accounts"], counts["balances"]) == (3, 2, 2)


def test_a_reason_must_say_something(bank: PlainBank) -> None:
    assert command(bank, "--accept", " ")[0] == 2


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
@pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")
def test_a_night_stops_at_it_and_goes_on_once_somebody_accepted_it(bank: PlainBank, client: Client) -> None:
    without_customers(bank, 4)
    extract(bank)
    for limit in (None, 1.0):
        with pytest.raises(RefusedError, match=r"rows of customers: 40 in the last delivery, 36 now"):
            night(bank, limit)
    extract(bank, accepted=Accepted("wang.li", "Branch North was sold"))
    outcome = night(bank)
    run = Run.objects.get(run_id=outcome.run_id)
    assert (run.accepted_by, run.accepted_reason) == ("wang.li", "Branch North was sold")
    entry = Entry.objects.get(verb="night.delivery_accepted", object_id=outcome.run_id)
    assert (entry.actor, entry.detail["reason"]) == ("wang.li", "Branch North was sold")
    user = factories.user(Role.ADMINISTRATOR)
    client.force_login(user)
    for language, said in (("zh-hans", "由 wang.li 接受"), ("en", "Accepted by wang.li")):
        User.objects.filter(pk=user.pk).update(language=language)
        shown = client.get(f"/runs/{outcome.run_id}/").content.decode()
        assert said in shown
        assert "40 in the last delivery, 36 now" in shown


def night(bank: PlainBank, reject_limit: float | None = None) -> pipeline.Outcome:
    """The night of the day into the test database."""
    order = pipeline.Order(
        DAY,
        bank.lake,
        Path(settings.HANDBOOK),
        address_of(connection.settings_dict),
        reject_limit=reject_limit,
    )
    with Board(NAMES) as board:
        return pipeline.run(order, board)
