"""Types of FEEL as texts, which values are of them, and what becomes of the others (DMN 1.5, 10.3.2.9.4)."""

from stead.dmn.errors import FeelError
from stead.dmn.feel.operators import one
from stead.dmn.feel.type_texts import entries_in, split_type
from stead.dmn.feel.values import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    NOTHING,
    NULL,
    SCALAR_KINDS,
    ColumnList,
    ContextValue,
    FunctionValue,
    ListValue,
    RangeValue,
    Scalar,
    Value,
    constant,
    described,
    enclosed,
)
from stead.dmn.feel.zoned import midnight

_ANY = {"", "Any"}
_KNOWN = {*SCALAR_KINDS, "list", "context", "range", "function"}


def is_instance(value: Value, type_name: str) -> Scalar:
    """instance of: null is of no type."""
    if type_name not in _ANY and split_type(type_name)[0] not in _KNOWN:
        raise FeelError("the type {type_name} is unknown here", kind="name", type_name=repr(type_name))
    if isinstance(value, Scalar) and not value.known:
        if type_name in {value.kind, "Any"}:
            return Scalar(BOOLEAN, column=enclosed(value.column).notnull())
        return constant(value=False)
    if isinstance(value, Scalar) and value.is_null:
        return constant(value=False)
    return constant(fits(value, type_name))


def fits(value: Value, type_name: str) -> bool:  # noqa: PLR0911 - one answer for each sort of value
    """Whether a value is of a type; null is of every type here."""
    if type_name in _ANY or (isinstance(value, Scalar) and value.kind == NULL):
        return True
    outer, inner = split_type(type_name)
    if outer not in _KNOWN:
        return True  # a name of the model, which the caller looks up where it can
    match value:
        case Scalar():
            return type_name == value.kind
        case ListValue():
            return outer == "list" and all(fits(item, inner) for item in value.items)
        case ColumnList():
            return outer == "list" and inner in {*_ANY, value.kind}
        case RangeValue():
            ends = [end for end in (value.low, value.high) if end is not None]
            return outer == "range" and all(fits(end, inner) for end in ends)
        case ContextValue():
            return outer == "context" and all(
                (entry := value.get(name)) is not None and fits(entry, wanted)
                for name, wanted in entries_in(inner)
            )
        case FunctionValue():
            return outer == "function"


def conformed_kind(type_name: str, value: Value, *, lenient: bool) -> Value:  # noqa: PLR0911 - one each
    """The value as a type has it: the item of a list of one, a list of one, or null for what does not fit;
    where errors of type are refused, that is one."""
    if fits(value, type_name):
        return value
    if type_name == DATE_TIME and isinstance(value, Scalar) and value.kind == DATE:
        return midnight(value)
    outer, inner = split_type(type_name)
    if isinstance(value, ListValue) and len(value.items) == 1 and fits(value.items[0], type_name):
        return value.items[0]
    if isinstance(value, ColumnList) and value.kind == type_name and type_name in SCALAR_KINDS:
        return one(value)
    if isinstance(value, Scalar) and value.is_null:
        return NOTHING
    if outer == "list" and not isinstance(value, ListValue | ColumnList) and fits(value, inner):
        return ListValue((value,))
    if lenient:
        return Scalar(type_name if type_name in SCALAR_KINDS else NULL, None)
    raise FeelError(
        "gives a {value}; it is declared {type_name}", value=described(value), type_name=type_name
    )
