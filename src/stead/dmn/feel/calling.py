"""What built-in functions share: arguments checked, nulls passed on, constants and columns."""

from collections.abc import Callable, Iterable
from typing import Any

from stead.dmn.errors import FeelError, Kinds
from stead.dmn.feel import operators as op
from stead.dmn.feel.values import NULL, FunctionValue, Scalar, Value, column_of, constant, described

_WHOLE_MAX = 1_000_000_000


def typed(value: Value, kinds: Iterable[str], name: str) -> Scalar:
    """The argument as a scalar of one of the kinds, or null; anything else is an error of type."""
    scalar = op.one(value)
    wanted = set(kinds)
    if scalar.kind not in wanted | {NULL}:
        raise FeelError(
            "{name}() takes a {wanted}, not a {scalar}",
            name=name,
            wanted=Kinds(" or ".join(sorted(wanted))),
            scalar=described(scalar),
        )
    return scalar


def whole(value: Value, name: str) -> int | None:
    """An argument that has to be a constant whole number; None for null."""
    scalar = typed(value, {"number"}, name)
    if not scalar.known:
        raise FeelError("{name}() needs a constant here, not a column", kind="columns", name=name)
    if scalar.constant is not None and abs(scalar.constant) > _WHOLE_MAX:
        raise FeelError(
            "{name}() takes numbers up to {whole_max} here, not {constant}",
            name=name,
            whole_max=f"{_WHOLE_MAX:,}",
            constant=scalar.constant,
        )
    return None if scalar.constant is None else int(scalar.constant)


def text(value: Value, name: str) -> str | None:
    """An argument that has to be a constant string; None for null."""
    scalar = typed(value, {"string"}, name)
    if not scalar.known:
        raise FeelError("{name}() needs a constant string here, not a column", kind="columns", name=name)
    return None if scalar.constant is None else str(scalar.constant)


def all_known(*values: Value) -> bool:
    """Whether none is a column: then the function can be worked out at once."""
    return all(value.known for value in values if isinstance(value, Scalar))


def scalar_function(
    name: str, parameters: tuple[str, ...], kinds: tuple[str, ...], result: str,
    known: Callable[..., Any], column: Callable[..., Any],
) -> FunctionValue:  # fmt: skip
    """A function of single values: null for a null argument, `known` for constants, `column` for columns."""

    def apply(*arguments: Value) -> Value:
        if len(arguments) != len(parameters):
            raise FeelError(
                "{name}() takes ({parameters}); given: {arguments}",
                name=name,
                parameters=", ".join(parameters),
                arguments=len(arguments),
            )
        scalars = [typed(value, {kind}, name) for value, kind in zip(arguments, kinds, strict=True)]
        if any(value.is_null for value in scalars):
            return op.null_of(result)
        if all(value.known for value in scalars):
            found = known(*(value.constant for value in scalars))
            return op.null_of(result) if found is None else constant(found)
        return Scalar(result, column=column(*(column_of(value) for value in scalars)))

    return FunctionValue(name, parameters, apply)
