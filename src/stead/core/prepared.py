"""Statements that the ORM writes once in a process and that are then asked again with other values.

Writing the text of a statement costs the ORM more than PostgreSQL needs to answer it by index; on the pages
that are opened all day that is most of their time.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
_texts: dict[Hashable, tuple[str, tuple[Any, ...]]] = {}


def place(name: str) -> str:
    """A stand-in for a text that is known only when the statement is asked; no stored text is like it."""
    return f"\0{name}"


def _statement(
    key: Hashable, build: Callable[[], QuerySet[Any, Any]], values: Mapping[str, str]
) -> tuple[str, list[Any]]:
    """The statement's text and its parameters with the values in their places."""
    if key not in _texts:
        _texts[key] = build().query.sql_with_params()
    text, parameters = _texts[key]
    return text, [values.get(one, one) if isinstance(one, str) else one for one in parameters]


def ask(
    model: type[M], key: Hashable, build: Callable[[], QuerySet[M]], values: Mapping[str, str]
) -> list[M]:
    """Rows of a model. build: the query with place(...) for each value; key: names the query and whatever
    else changes its text, such as the user's role. values: by place."""
    text, parameters = _statement(key, build, values)
    return list(QuerySet(model).raw(text, parameters))


def ask_rows(
    key: Hashable, build: Callable[[], QuerySet[Any, Any]], values: Mapping[str, str]
) -> list[tuple[Any, ...]]:
    """The same for queries of plain rows, unions among them."""
    text, parameters = _statement(key, build, values)
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
        return list(cursor.fetchall())
