"""A bank of three customers with two deliveries that were never run, for tests of replays."""

from datetime import date
from pathlib import Path

from django.conf import settings

from stead.extracts.run import run_extract
from stead.extracts.tests.plain_bank import make_plain_bank
from stead.handbook.content.book import Handbook
from stead.handbook.content.book import load as load_handbook

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


def make_lake(folder: Path) -> Path:
    """The lake of the bank, below an empty folder."""
    bank = make_plain_bank(folder)
    bank.write("customers", CUSTOMERS)
    columns = CUSTOMERS.splitlines()[0].split(",")
    path = bank.mapping / "mapping.toml"
    text = path.read_text("utf-8").replace('"risk_grade", ', '"phone", ')
    assert all(f'"{name}"' in text for name in columns)
    names = ", ".join(f'"{name}"' for name in CONTACTS.splitlines()[0].split(","))
    path.write_text(f'{text}\n[sources.raw_contacts]\nfile = "contacts.csv"\ncolumns = [{names}]\n', "utf-8")
    (bank.mapping / "contacts.sql").write_text("SELECT * FROM raw_contacts\n", "utf-8")
    bank.write("contacts", CONTACTS)
    for day in (BIRTHDAY, ANNIVERSARY):
        on_dates = ("2023-12-31", "2024-01-31", "2024-02-29", "2024-03-31", day.isoformat())
        # The four newest of them, so that no delivery grows by more than the bank expects.
        known = list(dict.fromkeys(on_dates))[-4:]
        rows = "".join(f"A1,{on_date},60000\n" for on_date in known)
        bank.write("balances", f"account_id,on_date,balance\n{rows}")
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
