"""Statements that the ORM writes once in a process and that are then asked again with other values.

Writing the text of a statement costs the ORM more than PostgreSQL needs to answer it by index; on the pages
that are opened all day that is most of their time. PostgreSQL in turn spends more on reading and planning
the text than on its answer, so each connection prepares it; after a publication PostgreSQL plans it anew.
"""

from collections.abc import Callable, Hashable, Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import psycopg
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import RawQuerySet
from django.db.models.sql import RawQuery

M = TypeVar("M", bound=Model)
_texts: dict[Hashable, tuple[str, tuple[Any, ...]]] = {}
# Stand-ins for values that are no text; nothing that a bank stores is like them.
NUMBER = -2_147_000_001
DAY = date(1, 1, 2)
MOMENT = datetime(1, 1, 2, 3, 4, 5, 6, tzinfo=UTC)


def place(name: str) -> str:
    """A stand-in for a text that is known only when the statement is asked; no stored text is like it."""
    return f"\0{name}"


class _PreparingCursor(psycopg.Cursor[Any]):
    """Sends values beside the text, and has the text prepared if the connection may (see core/postgres)."""

    def execute(self, query: Any, params: Any = None, **_: Any) -> "_PreparingCursor":
        """Ask the statement."""
        super().execute(query, params, prepare=True)
        return self


class _PreparedQuery(RawQuery):
    """The ORM's raw query by such a cursor."""

    def _execute_query(self) -> None:
        self.cursor = _cursor()
        self.cursor.execute(self.sql, self.params)


def _cursor() -> Any:
    """A cursor that is counted, timed and held to its thread as any other of Django's."""
    connection.ensure_connection()
    return connection._prepare_cursor(_PreparingCursor(connection.connection))  # type: ignore[attr-defined] # noqa: SLF001


def _statement(
    key: Hashable, build: Callable[[], QuerySet[Any, Any]], values: Mapping[Any, Any]
) -> tuple[str, list[Any]]:
    """The statement's text and its parameters with the values in their places."""
    if key not in _texts:
        _texts[key] = build().query.sql_with_params()
    text, parameters = _texts[key]
    # Lists and the like, which cannot be keys, are no places.
    return text, [values.get(one, one) if isinstance(one, Hashable) else one for one in parameters]


def ask(
    model: type[M], key: Hashable, build: Callable[[], QuerySet[M]], values: Mapping[Any, Any]
) -> list[M]:
    """Rows of a model. build: the query with place(...), NUMBER, DAY or MOMENT for each value; key: names the
    query and whatever else changes its text, such as the user's role. values: by place."""
    text, parameters = _statement(key, build, values)
    query: Any = _PreparedQuery(text, connection.alias, parameters)
    return list(RawQuerySet(text, model=model, query=query, using=connection.alias))


def ask_rows(
    key: Hashable, build: Callable[[], QuerySet[Any, Any]], values: Mapping[Any, Any]
) -> list[tuple[Any, ...]]:
    """The same for queries of plain rows, unions among them."""
    text, parameters = _statement(key, build, values)
    with _cursor() as cursor:
        cursor.execute(text, parameters)
        return list(cursor.fetchall())
