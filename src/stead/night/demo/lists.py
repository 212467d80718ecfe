"""The lists that the demo bank draws from (names, cities, occupations ...), as tables of DuckDB by slot."""

import csv
from pathlib import Path
from typing import Any

import duckdb

LOCALES = ("zh", "cz")
SLOTS = 100  # a short list is spread over so many slots by its weights
SURNAME_SLOTS = 2000
OCCUPATION_SLOTS = 200
GIVEN_SLOTS = 60
PLAIN = ("streets", "employers", "merchants", "banks", "trades", "firms")


def read(locale: str, name: str) -> list[dict[str, str]]:
    """The rows of a locale's list, as text. Raises ValueError for a locale without lists."""
    if locale not in LOCALES:
        raise ValueError(f"There are no lists for the locale {locale!r}; there are for {', '.join(LOCALES)}.")
    path = Path(__file__).parent / locale / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def words(locale: str) -> dict[str, str]:
    """The texts that are not lists: currency, country, names of authorities, notes."""
    return {row["key"]: row["text"] for row in read(locale, "words")}


def spread(weights: list[float], slots: int) -> list[int]:
    """For each of `slots` places the index of the entry that stands there, in proportion to the weights."""
    places: list[int] = []
    total, so_far = sum(weights), 0.0
    for index, weight in enumerate(weights):
        so_far += weight
        places += [index] * (round(so_far / total * slots) - len(places))
    return places


def load(con: duckdb.DuckDBPyConnection, locale: str) -> None:
    """Make one table for each list: `slot` and the columns that the statements join."""
    for name in PLAIN:
        rows = read(locale, name)
        places = spread([1.0] * len(rows), SLOTS)
        _table(con, name, "slot INTEGER, name VARCHAR", [(s, rows[i]["name"]) for s, i in enumerate(places)])
    cities = read(locale, "cities")
    places = spread([float(row["weight"]) for row in cities], SLOTS)
    city_rows = [(s, cities[i]["name"], cities[i]["code"]) for s, i in enumerate(places)]
    _table(con, "cities", "slot INTEGER, name VARCHAR, code VARCHAR", city_rows)
    surnames = read(locale, "surnames")
    places = spread([float(row["weight"]) for row in surnames], SURNAME_SLOTS)
    surname_rows = [(s, surnames[i]["name"], surnames[i]["name_f"]) for s, i in enumerate(places)]
    _table(con, "surnames", "slot INTEGER, name VARCHAR, name_f VARCHAR", surname_rows)
    branch_rows = [(s, row["name"]) for s, row in enumerate(read(locale, "branches"))]
    _table(con, "branch_names", "slot INTEGER, name VARCHAR", branch_rows)
    _table(con, "given", "key INTEGER, name VARCHAR", _given(read(locale, "given")))
    columns = (
        "life VARCHAR, slot INTEGER, occupation VARCHAR,"
        " income_low DOUBLE, income_high DOUBLE, education VARCHAR"
    )
    _table(con, "occupations", columns, _occupations(read(locale, "occupations")))
    products = [tuple(row.values()) for row in read(locale, "products")]
    columns = (
        "product_id VARCHAR, name VARCHAR, kind VARCHAR, risk_grade VARCHAR,"
        " currency VARCHAR, yearly_margin VARCHAR"
    )
    _table(con, "product_list", columns, products)


def _given(rows: list[dict[str, str]]) -> list[tuple[Any, ...]]:
    """Given names under gender * 100,000 + decade * 1,000 + slot; the first of a list are frequent."""
    result: list[tuple[Any, ...]] = []
    for number, gender in enumerate(("m", "f")):
        eras = sorted(
            (int(row["from_year"]), row["names"].split()) for row in rows if row["gender"] == gender
        )
        for decade in range(8):
            born = 1940 + 10 * decade
            names = [names for year, names in eras if year <= born][-1]
            places = spread([1 / (rank + 12) for rank in range(len(names))], GIVEN_SLOTS)
            result += [
                (number * 100_000 + decade * 1_000 + slot, names[index]) for slot, index in enumerate(places)
            ]
    return result


def _occupations(rows: list[dict[str, str]]) -> list[tuple[Any, ...]]:
    """Occupations of each way of life (work, pension, child, owner) by slot."""
    result: list[tuple[Any, ...]] = []
    for life in sorted({row["life"] for row in rows}):
        some = [row for row in rows if row["life"] == life]
        for slot, index in enumerate(spread([float(row["weight"]) for row in some], OCCUPATION_SLOTS)):
            row = some[index]
            low, high = float(row["income_low"]), float(row["income_high"])
            result.append((life, slot, row["name"], low, high, row["education"]))
    return result


def _table(con: duckdb.DuckDBPyConnection, name: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")
    con.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", rows)
