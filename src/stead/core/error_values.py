"""What a library says of an error, without the values of the rows that it stumbled over.

Such a message is kept with the night and shown to people who may not see customers.
"""

import re

import duckdb
import psycopg
from django.db import Error

from stead.core.formats import shape

# Errors of values; those of names quote tables and columns, which whoever mends them has to see.
OF_VALUES = (duckdb.DataError, duckdb.IntegrityError, duckdb.InvalidInputException, psycopg.DataError)
QUOTED = re.compile(r"""(?<![\w%])(?P<mark>["'])(?P<value>.*?)(?P=mark)(?!\w)""", re.DOTALL)


def without_values(error: BaseException) -> str:
    """The message of an error; a quoted value is told by its form alone, and whole rows are left out."""
    text = str(error)
    cause = error.__cause__ if isinstance(error, Error) else error
    if isinstance(cause, psycopg.Error):
        # PostgreSQL gives the row, or the key that is there already, as detail.
        text = cause.diag.message_primary or text.partition("\nDETAIL:")[0]
    if isinstance(cause, OF_VALUES):
        for value in {found["value"] for found in QUOTED.finditer(text)}:
            # DuckDB shows the value once more, on a line of its own above a mark.
            lines = (_plain(value) if line == value else line for line in text.split("\n"))
            text = "\n".join(lines)
        return QUOTED.sub(lambda found: f"{found['mark']}{_plain(found['value'])}{found['mark']}", text)
    return text


def _plain(value: str) -> str:
    """A value by its form; a form of dates (%Y-%m-%d) is a value of nobody."""
    return value if "%" in value else shape(value)
