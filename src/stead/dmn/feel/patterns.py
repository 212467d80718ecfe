"""Regular expressions on constants, evaluated as DuckDB does on columns: in linear time whatever they are."""

import re
import threading
from functools import lru_cache
from typing import Any

import duckdb

from stead.dmn.errors import FeelError, LimitError

PATTERN_MAX = 1_000
_LOCAL = threading.local()


def _answer(query: str, *values: str) -> Any:
    connection = getattr(_LOCAL, "connection", None)
    if connection is None:
        connection = _LOCAL.connection = duckdb.connect(":memory:", config={"threads": 1})
    row = connection.execute(query, list(values)).fetchone()
    return None if row is None else row[0]


@lru_cache(maxsize=1_000)
def refuse_unknown(pattern: str, name: str) -> None:
    """Raises FeelError for a pattern that is too long or that the database does not read."""
    if len(pattern) > PATTERN_MAX:
        raise FeelError(
            "{name}(): the pattern has more than {pattern_max} characters",
            name=name,
            pattern_max=f"{PATTERN_MAX:,}",
        )
    try:
        _answer("SELECT regexp_matches('', $1)", pattern)
    except duckdb.Error as error:
        reason = str(error).partition(":")[2].strip() or str(error)
        raise FeelError(
            "{name}(): {pattern} is no regular expression here: {reason}",
            name=name,
            pattern=repr(pattern),
            reason=reason,
        ) from None


def is_found(text: str, pattern: str) -> bool:
    """Whether a part of the text fits the pattern."""
    return bool(_answer("SELECT regexp_matches($1, $2)", text, pattern))


def replaced(text: str, pattern: str, by: str, most: int) -> str:
    """The text with each match replaced; \\1 in `by` is the first group, two backslashes are one.

    Raises LimitError, before it is made, when it would have more than `most` characters, taking each
    reference to a group for one to the whole match.
    """
    references = len(re.findall(r"\\\d", by))
    if (len(text) + 1) * (len(by) + 1) + references * len(text) > most:
        matches = int(_answer("SELECT len(regexp_extract_all($1, $2))", text, pattern))
        if len(text) + matches * len(by) + references * len(text) > most:
            raise LimitError("replace() makes more than {text_max} characters", text_max=f"{most:,}")
    return str(_answer("SELECT regexp_replace($1, $2, $3, 'g')", text, pattern, by))


def parts(text: str, pattern: str) -> list[str]:
    """The text cut at the matches."""
    return list(_answer("SELECT regexp_split_to_array($1, $2)", text, pattern))
