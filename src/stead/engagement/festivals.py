"""The festivals of the handbook on their days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from stead.core.working_days import CalendarError
from stead.customers.kept_dates import in_year
from stead.customers.lunar import lunar_in_year
from stead.handbook.content.book import Handbook


@dataclass(frozen=True)
class Festival:
    """A festival on its day in one year; `names` by language."""

    name: str
    on_date: date
    names: Mapping[str, str]


def festivals(handbook: Handbook, country: str, day: date, days_ahead: int) -> list[Festival]:
    """The festivals of 2.3/festivals.csv that are kept in a country from the day after `day` on, by date.

    A day that the year does not have is kept on the last of its month; a leap month repeats no festival.
    """
    last = day + timedelta(days=days_ahead)
    found = []
    for row in handbook.rows("2.3/festivals.csv", day):
        if country not in row["countries"].split():
            continue
        for year in (day.year - 1, day.year, day.year + 1):
            on_date = _placed(row, year)
            if day < on_date <= last:
                found.append(Festival(row["name"], on_date, {"zh": row["zh"], "en": row["en"]}))
    return sorted(found, key=lambda one: (one.on_date, one.name))


def _placed(row: Mapping[str, str], year: int) -> date:
    """The day of a festival in a year of its own calendar."""
    month, day = int(row["month"]), int(row["day"])
    if row["calendar"] == "lunar":
        return lunar_in_year(month, day, year)
    if row["calendar"] == "solar":
        return in_year(month, day, year)
    raise CalendarError(
        f"2.3/festivals.csv: {row['name']} has calendar {row['calendar']!r}; it should be solar or lunar"
    )
