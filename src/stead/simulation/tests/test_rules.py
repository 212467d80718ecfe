"""What a replay carries from one night to the next, on a bank of three customers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb
import pytest
from django.conf import settings

from stead.handbook.book import Handbook
from stead.handbook.book import load as load_handbook
from stead.nightly.extract_run import run_extract
from stead.nightly.tests.plain_bank import make_plain_bank
from stead.simulation import engine
from stead.simulation.engines import CancelledError, Stop
from stead.simulation.periods import PeriodError, period
from stead.simulation.results import CURRENT, DRAFT

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")
# A Sunday before the birthday of customer 1; a Tuesday before the fifth anniversary.
BIRTHDAY, ANNIVERSARY = date(2024, 3, 31), date(2024, 4, 2)
BIRTHDAY_KEY, ANNIVERSARY_KEY = "1/birthday/2024-04-01", "1/anniversary/2024-04-03"
CUSTOMERS = (
    "customer_id,kind,name,birth_date,phone,branch_id,banker_id,opened_on\n"
    "1,person,An,1980-04-01,13800000001,N1,K1,2019-04-03\n"
    "2,person,Bo,1985-05-05,13800000002,N1,K1,2020-01-01\n"
    "3,organisation,Co,1894-01-01,,N1,K1,2020-01-01\n"
)


# Served not long ago, so that nothing else is owed to customer 1.
CONTACTS = (
    "contact_id,customer_id,on_date,channel,message_class,direction\nC1,1,2024-03-20,visit,service,out\n"
)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two deliveries; the nights were never really run."""
    bank = make_plain_bank(tmp_path_factory.mktemp("bank"))
    bank.write("customers", CUSTOMERS)
    columns = CUSTOMERS.splitlines()[0].split(",")
    path = bank.mapping / "mapping.toml"
    text = path.read_text("utf-8").replace('"risk_grade", ', '"phone", ')
    assert all(f'"{name}"' in text for name in columns)
    names = ", ".join(f'"{name}"' for name in CONTACTS.splitlines()[0].split(","))
    path.write_text(f'{text}\n[sources.raw_contacts]\nfile = "contacts.csv"\ncolumns = [{names}]\n', "utf-8")
    (bank.mapping / "contacts.sql").write_text("SELECT * FROM raw_contacts\n", "utf-8")
    bank.write("contacts", CONTACTS)
    bank.write("balances", "account_id,on_date,balance\nA1,2023-12-31,60000\nA1,2024-03-31,60000\n")
    for day in (BIRTHDAY, ANNIVERSARY):
        run_extract(bank.mapping, bank.source, day, bank.lake, 1.0)
    return bank.lake


def strict() -> Handbook:
    """The default handbook, with one relationship contact in seven days."""
    files = dict(load_handbook(Path(settings.HANDBOOK)).files)
    return changed(files, "2.3/limits.csv", "class,relationship,7,3", "class,relationship,7,1")


def changed(files: dict[str, str], path: str, old: str, new: str) -> Handbook:
    """A handbook with one change, which must be one."""
    assert old in files[path]
    return Handbook({**files, path: files[path].replace(old, new)})


def without_birthdays() -> Handbook:
    """The same without birthdays."""
    return changed(dict(strict().files), "2.3/occasion.dmn", '"birthday"', '"birthday of nobody"')


def order(
    lake: Path, draft: Handbook, current: Handbook, name: str, stop: Stop | None = None
) -> engine.Order:
    """A replay of both nights."""
    found = period(lake, date(2024, 3, 29), ANNIVERSARY)
    sides = {night.day: current for night in found.nights}
    folder = lake / "simulations" / name
    return engine.Order(lake, folder, found, sides, draft, "test", stop=stop or Stop())


def status(done: engine.Order, side: str, night: int, key: str) -> str:
    """What a side does with an action, and why."""
    path = done.place(done.period.nights[night], side).path("actions")
    with duckdb.connect() as con:
        query = f"SELECT status, held_reason FROM read_parquet('{path}') WHERE key = '{key}'"
        found = con.execute(query).fetchall()
    return " ".join(found[0]).strip() if found else ""


@pytest.mark.slow
def test_a_contact_that_the_draft_holds_back_frees_the_later_one(lake: Path) -> None:
    done = order(lake, without_birthdays(), strict(), "frees")
    engine.run(done)
    assert status(done, CURRENT, 0, BIRTHDAY_KEY) == "today"
    assert status(done, CURRENT, 1, ANNIVERSARY_KEY) == "held limit/relationship/7"
    assert status(done, DRAFT, 0, BIRTHDAY_KEY) == ""
    assert status(done, DRAFT, 1, ANNIVERSARY_KEY) == "today"


@pytest.mark.slow
def test_what_only_the_draft_plans_counts_against_its_limits_afterwards(lake: Path) -> None:
    done = order(lake, strict(), without_birthdays(), "counts")
    engine.run(done)
    assert status(done, DRAFT, 0, BIRTHDAY_KEY) == "today"
    assert status(done, DRAFT, 1, ANNIVERSARY_KEY) == "held limit/relationship/7"
    assert status(done, CURRENT, 1, ANNIVERSARY_KEY) == "today"


@pytest.mark.slow
def test_two_replays_at_once_do_not_disturb_each_other(lake: Path) -> None:
    pair = [
        order(lake, without_birthdays(), strict(), "left"),
        order(lake, strict(), without_birthdays(), "right"),
    ]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(engine.run, pair))
    assert (
        status(pair[0], DRAFT, 1, ANNIVERSARY_KEY) == status(pair[1], CURRENT, 1, ANNIVERSARY_KEY) == "today"
    )
    held = "held limit/relationship/7"
    assert status(pair[0], CURRENT, 1, ANNIVERSARY_KEY) == status(pair[1], DRAFT, 1, ANNIVERSARY_KEY) == held


@pytest.mark.slow
def test_a_replay_that_was_stopped_goes_on_with_the_night_where_it_stopped(lake: Path) -> None:
    stop = Stop()
    halfway = order(lake, without_birthdays(), strict(), "halfway", stop)
    told: list[date] = []
    watched = engine.Order(**{**halfway.__dict__, "report": stopping(stop, told)})
    with pytest.raises(CancelledError):
        engine.run(watched)
    marker = halfway.folder / BIRTHDAY.isoformat() / engine.DONE
    written = marker.stat().st_mtime_ns
    assert not (halfway.folder / ANNIVERSARY.isoformat() / engine.DONE).exists()
    again = order(lake, without_birthdays(), strict(), "halfway")
    engine.run(again)
    assert marker.stat().st_mtime_ns == written
    assert status(again, DRAFT, 1, ANNIVERSARY_KEY) == "today"


def stopping(stop: Stop, told: list[date]) -> Callable[[float, date, str], None]:
    """Ask for the stop once the second night is being planned."""

    def report(_share: float, night: date, step: str) -> None:
        told.append(night)
        if night == ANNIVERSARY and step == engine.STEPS[1]:
            stop.ask()

    return report


def test_dates_without_extracts_are_named(lake: Path) -> None:
    found = period(lake, date(2024, 3, 25), date(2024, 4, 3))
    assert [night.day for night in found.nights] == [BIRTHDAY, ANNIVERSARY]
    gaps = [(gap.first, gap.last, gap.days, gap.reason) for gap in found.missing]
    assert gaps == [
        (date(2024, 3, 25), date(2024, 3, 29), 5, "no_extracts"),
        (date(2024, 4, 1), date(2024, 4, 1), 1, "no_extracts"),
        (date(2024, 4, 3), date(2024, 4, 3), 1, "no_extracts"),
    ]


def test_a_period_without_any_extracts_is_refused_and_says_what_there_is(lake: Path) -> None:
    with pytest.raises(PeriodError, match=r"2024-03-31, 2024-04-02"):
        period(lake, date(2024, 5, 1), date(2024, 5, 31))
