"""From where on an occasion is looked for, and how long its times are: read from the tables that judge it.

Editions from before name some of these numbers in params.csv as well; where a row holds, it decides, as it
did then.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from stead.handbook.content.book import Handbook
from stead.handbook.content.table_numbers import OCCASION, least, login_days, movement


@dataclass(frozen=True)
class Bounds:
    """What the tables ask for; None: of any size, or not told by them."""

    horizon_days: int
    inflow_least: Decimal | None  # amounts: book currency
    maturity_least: Decimal | None
    festival_tier_least: Decimal | None
    watch_months_least: Decimal | None
    watch_days: int | None  # from the beginning of a watch to the move down
    login_days: int | None  # without a login, at whose end a warning of it begins


def bounds(handbook: Handbook, params: Mapping[str, Decimal]) -> Bounds:
    """The bounds of an edition. params: its numbers of the day."""
    inflow, maturity, festival = (
        least(handbook, OCCASION, column, {"occasion": occasion})
        for occasion, column in (("large_inflow", "amount"), ("maturity", "amount"), ("festival", "tier"))
    )
    return Bounds(
        horizon_days=int(params["horizon_days"]),
        inflow_least=params.get("large_inflow_least", inflow),
        maturity_least=params.get("maturity_least", maturity),
        festival_tier_least=festival,
        watch_months_least=params.get("watch_months_least"),
        watch_days=_days(params, "watch_ends_days", lambda: movement(handbook).watch_days),
        login_days=login_full_days(handbook, params),
    )


def login_full_days(handbook: Handbook, params: Mapping[str, Decimal]) -> int | None:
    """The days without a login at whose end a warning of it begins."""
    return _days(params, "warning_login_days", lambda: login_days(handbook))


def _days(
    params: Mapping[str, Decimal], name: str, of_table: Callable[[], Decimal | int | None]
) -> int | None:
    days = params[name] if name in params else of_table()
    return None if days is None else int(days)
