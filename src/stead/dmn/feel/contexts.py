"""FEEL's functions on contexts (DMN 1.5, 10.3.4.9)."""

import ibis

from stead.dmn.errors import FeelError
from stead.dmn.feel.calling import all_known, text, typed
from stead.dmn.feel.column_lists import column_list, typed_column
from stead.dmn.feel.lists import items_of
from stead.dmn.feel.values import (
    NOTHING,
    STRING,
    ContextValue,
    FunctionValue,
    ListValue,
    Scalar,
    Value,
    column_of,
    constant,
)


def get_value(m: Value, key: Value) -> Value:
    """The entry of a context under a constant key; null when there is none."""
    if isinstance(m, ContextValue) and not all_known(key):
        return _looked_up(m, typed(key, {STRING}, "get value"))
    name = text(key, "get value")
    return m.get(name) or NOTHING if isinstance(m, ContextValue) and name is not None else NOTHING


def _looked_up(context: ContextValue, key: Scalar) -> Value:
    """The entry of a known context under a key in a column; its entries have to be of one type."""
    values = column_list([value for _, value in context.entries])
    names = [name for name, _ in context.entries]
    branches = [(name, values.column[at]) for at, name in enumerate(names)]
    missing = ibis.null(values.column.type().value_type)
    return typed_column(column_of(key).cases(*branches, else_=missing) if branches else missing, values.kind)


def get_entries(m: Value) -> Value:
    """The entries of a context as a list of contexts with key and value."""
    if not isinstance(m, ContextValue):
        return NOTHING
    pairs = (ContextValue((("key", constant(name)), ("value", value))) for name, value in m.entries)
    return ListValue(tuple(pairs))


def context(entries: Value) -> Value:
    """The context of a list of contexts with key and value; null when a key comes twice or is missing."""
    made: dict[str, Value] = {}
    for one in items_of(entries):
        key = one.get("key") if isinstance(one, ContextValue) else None
        value = one.get("value") if isinstance(one, ContextValue) else None
        name = text(key, "context") if key is not None else None
        if name is None or value is None or name in made:
            return NOTHING
        made[name] = value
    return ContextValue(tuple(made.items()))


def context_put(context: Value, key: Value, value: Value) -> Value:
    """The context with an entry set; a list of keys is the way to an entry further in."""
    keys = [text(one, "context put") for one in items_of(key)]
    if not isinstance(context, ContextValue) or not keys or None in keys:
        return NOTHING
    name, *rest = (str(one) for one in keys)
    if rest:
        inner = context.get(name)
        if not isinstance(inner, ContextValue):
            return NOTHING
        value = context_put(inner, ListValue(tuple(constant(one) for one in rest)), value)
        if value == NOTHING:
            return NOTHING
    return ContextValue(tuple({**dict(context.entries), name: value}.items()))


def context_merge(contexts: Value) -> Value:
    """One context of several; a later entry wins."""
    merged: dict[str, Value] = {}
    for one in items_of(contexts):
        if not isinstance(one, ContextValue):
            return NOTHING
        merged |= dict(one.entries)
    return ContextValue(tuple(merged.items()))


def _put_at_key(context: Value, key: Value, value: Value) -> Value:
    """context put() with its argument called `key`, which takes one name only."""
    if not isinstance(key, Scalar):
        raise FeelError("{name}() needs a constant string here, not a column", name="context put")
    return context_put(context, key, value)


FUNCTIONS: tuple[FunctionValue, ...] = (
    FunctionValue("context", ("entries",), context),
    FunctionValue("get value", ("m", "key"), get_value),
    FunctionValue("get entries", ("m",), get_entries),
    FunctionValue(
        "context put", ("context", "key", "value"), context_put,
        (
            FunctionValue("context put", ("context", "key", "value"), _put_at_key),
            FunctionValue("context put", ("context", "keys", "value"), context_put),
        ),
    ),
    FunctionValue("context merge", ("contexts",), context_merge),
)  # fmt: skip
