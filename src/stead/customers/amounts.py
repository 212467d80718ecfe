"""Words and exact arithmetic that all parts of the customers' book share: kinds, whole cents, shares."""

from dataclasses import dataclass
from decimal import Decimal

import ibis
from ibis.expr.types import DateValue, IntegerValue, NumericValue, Value

MONEY = "decimal(18, 2)"
MILLION = 1_000_000
RATIO_MOST = 1_000_000_000


@dataclass(frozen=True)
class Vocabulary:
    """The kinds of products and bookings as the extract contract names them."""

    assets: tuple[str, ...]
    liabilities: tuple[str, ...]
    internal: tuple[str, ...]  # bookings that move money within the bank
    bank_booked: tuple[str, ...]  # bookings that the bank makes itself


# Ibis divides integers through floats, which is wrong from 2**53 on; this is DuckDB's own integer division.
@ibis.udf.scalar.builtin(name="divide")  # type: ignore[untyped-decorator]
def _divide(dividend: int, divisor: int) -> int:  # type: ignore[empty-body]
    """Whole quotient, cut towards zero."""


def whole_quotient(dividend: IntegerValue, divisor: int) -> IntegerValue:
    """dividend / divisor, rounded half away from zero; exact for every 64-bit value up to 4.6e18."""
    half = ibis.ifelse(dividend < 0, -divisor, divisor)
    return _divide(dividend * 2 + half, ibis.literal(2 * divisor, "int64"))


def times_ratio(cents: IntegerValue, millionths: IntegerValue, parts: int = 1) -> IntegerValue:
    """cents * millionths / 1,000,000 / parts in whole cents, rounded half away from zero.

    The quotient and the remainder are multiplied apart, so that the product never leaves 64 bits.
    """
    whole = MILLION * parts
    quotient = _divide(cents, ibis.literal(whole, "int64"))
    rest = cents - quotient * whole
    return quotient * millionths + whole_quotient(rest * millionths, whole)


def to_cents(amount: NumericValue) -> IntegerValue:
    """Money as whole cents; 64-bit integers add and compare several times faster."""
    return (amount * 100).cast("int64")


# DuckDB adds 64-bit integers up to 128 bits. Ibis takes such a sum for 64 bits and leaves a cast out as
# needless; whatever reads the sum then works on 128 bits, several times slower. So the true type is told.
@ibis.udf.agg.builtin(name="sum", signature=(("int64",), "decimal(38, 0)"))
def wide_sum(cents):  # type: ignore[no-untyped-def]
    """The sum, in 128 bits."""


def to_money(cents: IntegerValue) -> NumericValue:
    """Whole cents as money."""
    return (cents.cast("decimal(18, 0)") * ibis.literal(Decimal("0.01"), "decimal(20, 2)")).cast(MONEY)


def converted(amount: NumericValue, rate: NumericValue) -> NumericValue:
    """An amount in another currency, times the rate, rounded to cents."""
    # DuckDB multiplies two numbers of 18 digits in 18 digits, of which 10 would be decimals: 100 million of
    # anything would be too much. With more on one side it multiplies in 38.
    return (amount * rate.cast("decimal(38, 8)")).round(2)


def to_millionths(ratio: NumericValue) -> IntegerValue:
    """A share or margin with six decimals as whole millionths."""
    return (ratio * MILLION).cast("int64")


def bounded_quotient(part: NumericValue, whole: NumericValue, most: int) -> NumericValue:
    """part / whole, at most `most` and at least its negative; null where `whole` is not above zero.

    A ratio to a cent must not burst its column. The quotient is written once, where Ibis's own `clip` would
    write it six times and DuckDB work it out as often; so what is null is left out before.
    """
    found = ibis.greatest(ibis.least(part / whole, most), -most)
    return ibis.ifelse((whole > 0) & part.notnull(), found, None)


def ratio(part: NumericValue, whole: NumericValue) -> NumericValue:
    """part / whole with four decimals; null when `whole` is not above zero."""
    # Within 2**53 cents a quotient of floats is right to far more than the four decimals that are kept.
    return bounded_quotient(part, whole, RATIO_MOST).round(4).cast("decimal(18, 4)")


def or_zero(value: Value) -> Value:
    """The value, 0 for null: a customer without accounts has nothing, which is known and not missing."""
    return ibis.coalesce(value, ibis.literal(0, "int64"))


def days_since(on: DateValue, day: DateValue) -> IntegerValue:
    """Whole days from `on` to `day`; null when there was none."""
    return day.delta(on, unit="day").cast("int32")
