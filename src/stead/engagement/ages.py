"""Age groups for the tables of clause 2.3: the ages that part them stand in params.csv, and nowhere else."""

from datetime import date
from decimal import Decimal

import ibis
from ibis.expr.types import Table

from stead.handbook.content.book import Handbook

COLUMN = "age_group"


def age_group(age: int | None, adult_age: Decimal, elder_age: Decimal) -> str:
    """The group of one customer: unknown, minor, adult or elder."""
    if age is None:
        return "unknown"
    return "minor" if age < adult_age else "elder" if age >= elder_age else "adult"


def with_age_group(table: Table, handbook: Handbook, name: str, day: date) -> Table:
    """The table with `age_group`, made of `age`, where the decision table `name` reads it.

    Groups as in `age_group`, by the params adult_age and elder_contact_age of the day. A handbook whose table
    reads the age itself needs neither. Raises HandbookError when a parameter is missing that is needed.
    """
    if COLUMN not in handbook.columns(name)[0]:
        return table
    params = handbook.params(day)
    group = ibis.cases(
        (table.age.isnull(), "unknown"),
        (table.age < params["adult_age"], "minor"),
        (table.age >= params["elder_contact_age"], "elder"),
        else_="adult",
    )
    return table.mutate(**{COLUMN: group})
