"""Whatever the contract lets pass, a night survives: the worst values of each column, drawn by Hypothesis."""

import csv
import io
import tempfile
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from stead.extracts.contract import EXTRACTS, Column, by_name
from stead.extracts.tests.plain_bank import DAY, PlainBank, make_plain_bank
from stead.extracts.values import DECIMALS, DIGITS
from stead.handbook.content.book import Handbook
from stead.handbook.content.book import load as load_handbook
from stead.night.tests.night_without_desk import decide

pytestmark = [
    pytest.mark.slow,
    # Ibis uses a name that DuckDB is about to drop.
    pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning"),
    # A bank that fails is shown, long as it is.
    pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning"),
]
# Signs that programs stumble over: quotes, marks, letters beyond the basic plane, joined and composed ones.
SIGNS = "\"'\\{}%_/<>&;,|#王𠮷\ue0b4ßİﬃ \N{ZERO WIDTH JOINER}\N{COMBINING ACUTE ACCENT}👩"
CUSTOMERS, ACCOUNTS = 4, 5


@cache
def handbook() -> Handbook:
    return load_handbook(Path(settings.HANDBOOK))


def texts(column: Column) -> st.SearchStrategy[str]:
    """Texts as long as the column lets them be, of letters and of strange signs."""
    alphabet = [sign for sign in SIGNS if sign not in column.without]
    short = st.text(alphabet, max_size=4)
    return short.map(lambda text: (text * column.length)[: column.length] or "x" * column.length)


def numbers(column: Column) -> st.SearchStrategy[str]:
    """The largest, the smallest and the finest numbers."""
    places, most = DECIMALS[column.kind], column.most or "9" * DIGITS[column.kind]
    fine = "" if column.most or not places else "." + "9" * places
    tiny = "0." + "1".rjust(places, "0") if places else "1"
    least = column.least or f"-{most}{fine}"
    return st.sampled_from([f"{most}{fine}", least, tiny, "0", f"1{fine}"])


def days(column: Column) -> st.SearchStrategy[str]:
    """The first and last days there are, leap days and those around the delivery's."""
    far = [date.fromisoformat(column.earliest or "1900-01-01"), date(1900, 1, 1), date(2199, 12, 31)]
    near = [DAY, DAY - timedelta(days=1), DAY - timedelta(days=29), date(2024, 2, 29), date(2000, 2, 29)]
    return st.sampled_from([on.isoformat() for on in far + near if on <= DAY or not column.past])


def values(column: Column) -> st.SearchStrategy[str]:
    """Worst values of a column that refers to nothing."""
    if column.allowed:
        found = st.sampled_from(column.allowed)
    elif column.currency:
        found = st.sampled_from(["CNY", "USD", "JPY"])
    elif column.kind == "text":
        found = texts(column)
    elif column.kind == "date":
        found = days(column)
    else:
        found = st.sampled_from(["true", "false"]) if column.kind == "boolean" else numbers(column)
    return found if column.required else found | st.just("")


def written(rows: list[dict[str, str]]) -> str:
    """Rows as the raw file of a table."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    # The header is not quoted, so that the bank's helper reads its names.
    return stream.getvalue().replace('"', "", len(rows[0]) * 2)


def key(column: Column, number: int) -> str:
    """The key of a row: as long as can be, and different from the others."""
    return str(number).rjust(column.length, "王")


@dataclass(frozen=True)
class Drawn:
    """The raw files of a bank, which are too long to be shown."""

    files: dict[str, str] = field(repr=False)


@st.composite
def banks(draw: st.DrawFn) -> Drawn:
    """The raw files of a bank of a few customers, every column at its worst."""
    sizes = {"branches": 1, "bankers": 1, "products": 2, "customers": CUSTOMERS, "accounts": ACCOUNTS}
    made: dict[str, list[dict[str, str]]] = {}
    for extract in EXTRACTS:
        if extract.name == "rates":
            made["rates"] = [{"currency": "CNY", "on_date": "1900-01-01", "rate": "1"}] + [
                {
                    "currency": name,
                    "on_date": "1900-01-01",
                    "rate": draw(st.sampled_from(["0.00000001", "7.1"])),
                }
                for name in ("USD", "JPY")
            ]
            continue
        rows = []
        for number in range(sizes.get(extract.name, ACCOUNTS)):
            row = {column.name: draw(values(column)) for column in extract.columns if not column.refers_to}
            for column in extract.columns:
                if column.refers_to:
                    table, name = column.refers_to.split(".")
                    row[column.name] = made[table][number % len(made[table])][name]
                elif (column.name,) == extract.key:
                    row[column.name] = key(column, number)
            rows.append({name: row[name] for name in extract.names})
        made[extract.name] = rows
    # What rules over several columns ask for, so that rows of the worst are let through.
    made["bankers"][0]["capacity_minutes"] = draw(st.sampled_from(["0", "1440"]))
    for row in [*made["customers"], *made["accounts"]]:
        row["opened_on"] = "1900-01-01"
        if row.get("kind") == "person" and row["birth_date"] < "1900":
            row["birth_date"] = ""
    made["accounts"][0] |= {"currency": "CNY", "closed_on": ""}
    for number, row in enumerate(made["holders"]):
        row |= {"role": "owner", "share": "1", "customer_id": made["customers"][number % 2]["customer_id"]}
    ends = [DAY.isoformat(), "2024-02-29", "2024-01-31"]
    made["balances"] = [row | {"on_date": on} for on in ends for row in made["balances"]]
    return Drawn({name: written(rows) for name, rows in made.items()})


@given(banks())
@bounds(
    max_examples=1, deadline=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
def test_a_night_survives_the_worst_that_the_contract_lets_pass(drawn: Drawn) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bank = _delivering(Path(folder), drawn.files)
        delivery = bank.deliver()
        # The worst is to be let through, or the night would be tried on nothing.
        assert delivery.tables["customers"].rows > 0
        assert delivery.tables["balances"].rows > 0
        decide(Path(folder) / "night", delivery, handbook(), DAY)


def _delivering(folder: Path, files: dict[str, str]) -> PlainBank:
    """A bank of these files, and of every table of the contract."""
    bank = make_plain_bank(folder)
    for name, text in files.items():
        if not (bank.mapping / f"{name}.sql").exists():
            toml = bank.mapping / "mapping.toml"
            entry = f'\n[sources.raw_{name}]\nfile = "{name}.csv"\ncolumns = ["x"]\n'
            toml.write_text(toml.read_text("utf-8") + entry, "utf-8")
            (bank.mapping / f"{name}.sql").write_text(f"SELECT *\nFROM raw_{name}\n", encoding="utf-8")
        bank.write_anew(name, text)
    assert set(files) == set(by_name())
    return bank
