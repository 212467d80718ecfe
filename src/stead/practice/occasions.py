"""What an ask's rows look like: the columns of an occasion, and those of a contact that is owed."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import ibis
from ibis.expr.types import Table

from stead.core.working_days import Calendar, days_later
from stead.handbook.content.record import numbers_text
from stead.handbook.content.table_numbers import OCCASION, least
from stead.practice.night import Given

MONEY = "decimal(18,2)"
# Of every customer, for whatever practice asks: what the occasion table and the policy read.
PEOPLE: Mapping[str, tuple[str, ...]] = {
    "features": ("kind", "banker_id", "branch_id", "ended", "contact_last_on"),
    "standings": ("tier", "stage"),
}
_COMMON = ("customer_id", "banker_id", "branch_id", "tier", "stage", "contact_last_on", "ended")
# A row of something owed, as it is planned. Dates are working days; `channel` is the preferred one.
OWED = (
    "customer_id", "banker_id", "branch_id", "tier", "kind", "anchor", "message_class", "channel",
    "earliest_on", "latest_on", "due_by", "minutes", "base_priority", "value", "repeat_days",
    "clause", "table", "decision", "rule_id", "numbers", "occasion_rule",
)  # fmt: skip


def occasion(
    people: Table,
    kind: str,
    event_on: Any,
    *,
    amount: Any = None,
    value: Any,
    numbers: Mapping[str, Any],
    cites: str = OCCASION,
    rule_id: Any = None,
    clause: str = "",
    **more: Any,
) -> Table:
    """Occasions of one kind, a row a customer, in the columns that all kinds share.

    people: those who have the event. event_on: its day. amount: money or years that the occasion table reads.
    value: book currency at stake. numbers: what the sentence about it tells. cites, rule_id: the table and
    the column of the rule that asks for it; where no other table does, the occasion table's own row.
    clause: that asks for it, where it is not the one of the table.
    more: anchor (names the need; the day of the event when not given), respond_days (working days), due_by
    (time of day), written (columns of JSON that go into the numbers as they are).
    """
    given: dict[str, Any] = {
        "anchor": event_on.cast("string"),
        "respond_days": ibis.null("int32"),
        "due_by": ibis.literal(""),
        "written": {},
        **more,
    }
    amount = ibis.null(MONEY) if amount is None else amount
    return people.select(
        *_COMMON,
        occasion=ibis.literal(kind),
        event_on=event_on.cast("date"),
        amount=amount.cast(MONEY),
        value=ibis.greatest(value.cast(MONEY), ibis.literal(Decimal(0)).cast(MONEY)),
        numbers=numbers_text({"tier": people.tier, **numbers}, given["written"]),
        anchor=given["anchor"],
        respond_days=given["respond_days"].cast("int32"),
        due_by=given["due_by"],
        clause=ibis.literal(clause or cites.partition("/")[0]),
        table=ibis.literal(f"{cites}.dmn"),
        decision=ibis.literal(cites.rpartition("/")[2]),
        rule_id=ibis.null("string") if rule_id is None else rule_id,
    )


def is_near(column: Any, calendar: Calendar, *, back: int = 0, ahead: int = 0) -> Any:
    """Whether a date lies within so many days before or after the book date."""
    days = column.delta(ibis.literal(calendar.day), unit="day")
    return days.between(-back, ahead)


def least_asked(given: Given, kind: str, column: str, older: str = "") -> Decimal | None:
    """The smallest number of a column for which the occasion table wants a kind; None: any, or not told.

    older: a row of params.csv that editions from before name it by as well; where it holds, it decides.
    """
    return given.params.get(older, least(given.handbook, OCCASION, column, {"occasion": kind}))


def reaches(column: Any, smallest: Decimal | None) -> Any:
    """Whether a number is known and not below the smallest that is asked for."""
    return column.notnull() if smallest is None else column >= smallest


def date_after(column: Any, days: int | None) -> Any:
    """A date so many days later; null where no number of days is told."""
    return ibis.null("date") if days is None else days_later(column, ibis.literal(days))


def horizon_days(params: Mapping[str, Decimal]) -> int:
    """How many days before and after the book date the night looks for occasions."""
    return int(params["horizon_days"])


__all__ = [
    "OCCASION",
    "OWED",
    "PEOPLE",
    "date_after",
    "horizon_days",
    "is_near",
    "least_asked",
    "occasion",
    "reaches",
]
