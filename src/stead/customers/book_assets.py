"""Assets and contribution: a customer's parts in accounts, added up to the figures of the book."""

from collections.abc import Callable, Sequence
from datetime import date

import ibis
from ibis.expr.types import IntegerValue, Table

from stead.customers.amounts import (
    Vocabulary,
    or_zero,
    ratio,
    times_ratio,
    to_money,
    whole_quotient,
    wide_sum,
)
from stead.customers.book_balances import slot_names
from stead.customers.book_dates import MONTHS, Calendar, Measure
from stead.customers.book_unknown import known, slots_of

YEAR = 12
PRODUCTS_MOST = 32_767  # what the column of their number holds


def measured(table: Table, prefix: str, measure: Measure) -> IntegerValue:
    """A measure over the slot columns of `table`, in cents; null where it stands for no day."""
    names = [f"{prefix}{index:02d}" for index, _ in measure.parts]
    if not measure.days:
        return ibis.null("int64")
    if len(names) == 1:
        # One balance stands for the whole time: its average is itself. A many-date slot is already weighted.
        return _alone(table[names[0]], measure)
    terms = [table[name] * weight for name, (_, weight) in zip(names, measure.parts, strict=True)]
    total = terms[0]
    for term in terms[1:]:
        total += term
    return whole_quotient(total, measure.days)


def _alone(column: IntegerValue, measure: Measure) -> IntegerValue:
    """A measure of one slot."""
    weighted = measure.parts[0][1]
    return column if weighted == measure.days else whole_quotient(column * weighted, measure.days)


def several_parts(part: Table) -> Table:
    """customer_id of those with more than one part; three of four customers have a single one."""
    counted = part.group_by("customer_id").aggregate(parts=part.count())
    return counted.filter(counted.parts > 1).select("customer_id")


def _added_up(part: Table, several: Table, keys: Sequence[str], wide: Callable[[Table], Table]) -> Table:
    """What `wide` makes of the parts (keys and whole numbers, a row a part), added up by key.

    Only the parts of customers with several are put into groups: a group of one is its only row, and a group
    of fifty sums costs fifty times what copying a row does.
    """
    alone = wide(part.anti_join(several, "customer_id"))
    more = wide(part.semi_join(several, "customer_id"))
    names = [name for name in more.columns if name not in keys]
    sums = more.group_by(keys).aggregate(**{name: wide_sum(more[name]) for name in names})
    return alone.union(sums.select(*keys, **{name: sums[name].cast("int64") for name in names}))


def earning_parts(part: Table, when: Calendar, words: Vocabulary) -> Table:
    """The parts with what each earned in the 12 months ending in each of 13 months, in cents: c01 to c13.

    yearly_margin / 12 * the sum of the monthly averages; each account's is rounded to cents.
    Months without balances count nothing. What is owed earns on its absolute amount.
    """
    months = [measured(part, "s", when.measures[f"month_{m:02d}"]) for m in range(1, MONTHS + 1)]
    totals = {}
    for last in range(13):
        known = [
            month
            for number, month in enumerate(months[last : last + YEAR], last + 1)
            if when.measures[f"month_{number:02d}"].days
        ]
        totals[f"t{last + 1:02d}"] = sum(known[1:], known[0]) if known else ibis.literal(0, "int64")
    owed = part.kind.isin(words.liabilities)
    # Columns of their own, because a total stands in its product six times and would be added up each time.
    staged = part.mutate(**totals, earns=ibis.ifelse(owed, -part.margin, part.margin))
    earned = {f"c{name[1:]}": times_ratio(staged[name], staged.earns, YEAR) for name in totals}
    return staged.mutate(**earned).drop("earns", *totals)


def customer_sums(part: Table, several: Table, when: Calendar, words: Vocabulary) -> Table:
    """One row a customer with accounts: assets by slot (a00..), contribution (c01..), by kind now, loans.

    several: from `several_parts`. All amounts in cents.
    """

    def wide(rows: Table) -> Table:
        rows = earning_parts(rows, when, words)
        is_asset, now = rows.kind.isin(words.assets), rows[f"s{when.now:02d}"]
        found = {f"a{name[1:]}": ibis.ifelse(is_asset, rows[name], 0) for name in slot_names(when)}
        found |= {f"c{month:02d}": rows[f"c{month:02d}"] for month in range(1, 14)}
        found |= {f"k_{kind}": ibis.ifelse(rows.kind == kind, now, 0) for kind in words.assets}
        found["owed"] = ibis.ifelse(rows.kind.isin(words.liabilities), -now, 0)
        return rows.select("customer_id", **{name: value.cast("int64") for name, value in found.items()})

    return _added_up(part, several, ["customer_id"], wide)


def asset_months(
    part: Table, several: Table, when: Calendar, words: Vocabulary, unknown: Table | None = None
) -> Table:
    """customer_id, kind, m01 (now) to m24: month-end assets in whole units, rounded half up.

    unknown: as `Unknown.customers`; the months that it leaves open are null in all kinds of the customer.
    """
    own = part.filter(part.kind.isin(words.assets))
    keys = ["customer_id", "kind"]
    totals = _added_up(own, several, keys, lambda rows: rows.select(*keys, *slot_names(when)))
    ends = {
        f"m{month:02d}": whole_quotient(
            or_zero(measured(totals, "s", when.measures[f"end_{month:02d}"])), 100
        )
        for month in range(1, MONTHS)
    }
    if unknown is not None:
        totals = totals.mutate(**ends).left_join(unknown, "customer_id").drop("customer_id_right")
        ends = {
            f"m{month:02d}": known(
                totals[f"m{month:02d}"], totals.unknown_assets, slots_of(when.measures[f"end_{month:02d}"])
            )
            for month in range(1, MONTHS)
        }
    held = totals.select("customer_id", "kind", **ends)
    return held.filter(ibis.or_(*(held[name] != 0 for name in ends)))


def _change(now: IntegerValue, before: IntegerValue) -> ibis.Value:
    """The change as part of what was before, four decimals; null when that was not above zero."""
    return ratio(now - before, before)


def products_held(part: Table, day: date) -> Table:
    """customer_id, products_held: different products of accounts that are open at the end of `day`."""
    is_open = part.closed_on.isnull() | (part.closed_on > ibis.literal(day))
    different = part.filter(is_open).select("customer_id", "product_id").distinct()
    return different.group_by("customer_id").aggregate(
        products_held=different.count().clip(upper=PRODUCTS_MOST)
    )


# DuckDB writes a list as JSON in a third of the time in which it makes texts of the numbers and joins them.
@ibis.udf.scalar.builtin(name="to_json", signature=(("array<int64>",), "string"))
def _json(numbers):  # type: ignore[no-untyped-def]
    """The numbers between brackets, with commas; null as null."""


def asset_history(months: Table, several: Table, when: Calendar, words: Vocabulary) -> Table:
    """customer_id, months: the JSON text of customers.AssetHistory, oldest month first.

    months, several: from `asset_months`, `several_parts`. The months before the first balance are left out.
    """
    told_months = [month for month in range(MONTHS - 1, 0, -1) if when.measures[f"end_{month:02d}"].days]
    numbers = _json(ibis.array([months[f"m{month:02d}"] for month in told_months]))
    entry = ibis.literal("").join([',"', months.kind, '":', numbers])
    told = months.select("customer_id", "kind", entry=entry)
    more = told.semi_join(several, "customer_id")
    none = ibis.null("string")
    wide = more.group_by("customer_id").aggregate(
        **{kind: ibis.ifelse(more.kind == kind, more.entry, none).max() for kind in words.assets}
    )
    # Texts are joined in the order of the kinds, so that the same figures always give the same bytes.
    entries = ibis.literal("").join([wide[kind].fill_null("") for kind in words.assets])
    alone = told.anti_join(several, "customer_id").select("customer_id", "entry")
    both = alone.union(wide.select("customer_id", entry=entries))
    head = ibis.literal(f'{{"last":"{when.months[0]:%Y-%m}"')
    return both.select("customer_id", months=ibis.literal("").join([head, both.entry, "}"]))


def asset_measures(sums: Table, when: Calendar, *, is_any_unknown: bool = False) -> dict[str, ibis.Value]:
    """The measures of assets in cents, over `sums` (null rows: no accounts), as columns cents_<measure>.

    is_any_unknown: `sums` has the columns of `Unknown.customers`; a measure that they leave open is null.
    """
    cents = {name: measured(sums, "a", measure) for name, measure in when.measures.items()}
    found = {f"cents_{n}": or_zero(v) if when.measures[n].days else v for n, v in cents.items()}
    if not is_any_unknown:
        return found
    masked = {
        name: known(value, sums.unknown_assets, slots_of(when.measures[name.removeprefix("cents_")]))
        for name, value in found.items()
    }
    # What is known at least, for a customer of whom not a single month is known whole.
    return masked | {"least_month_01": found["cents_month_01"]}


def asset_figures(
    sums: Table, when: Calendar, words: Vocabulary, *, is_any_unknown: bool = False
) -> dict[str, ibis.Value]:
    """The columns of assets and contribution of `features`, over `sums` with `asset_measures`.

    is_any_unknown: as there. `assets_known_month` and `contribution_known` then are what is known at least.
    """
    cents = {name: sums[f"cents_{name}"] for name in when.measures}
    now = cents["now"]

    def sure(value: ibis.Value, column: str, *names: str) -> ibis.Value:
        bits = slots_of(*(when.measures[name] for name in names))
        return known(value, sums[column], bits) if is_any_unknown else value

    # The highest of the month-end figures of 12 months and of now.
    ends = [f"end_{m:02d}" for m in range(2, 14) if when.measures[f"end_{m:02d}"].days]
    peak = ibis.greatest(now, *(cents[name] for name in ends)) if ends else now
    figures = {
        "assets_now": to_money(now),
        "assets_average_30d": to_money(cents["average_30"]),
        "assets_average_90d": to_money(cents["average_90"]),
        "assets_peak_12m": to_money(sure(peak, "unknown_assets", "now", *ends)),
    }
    for days in (30, 90):
        before = cents[f"ago_{days}"]
        figures[f"assets_{days}d_ago"] = to_money(before)
        figures[f"assets_change_{days}d"] = to_money(now - before)
        figures[f"assets_change_{days}d_ratio"] = _change(now, before)
    for month in range(1, 14):
        figures[f"assets_month_{month:02d}"] = to_money(cents[f"month_{month:02d}"])
        earned = or_zero(sums[f"c{month:02d}"]) + or_zero(sums[f"f{month:02d}"])
        if month == 1:
            figures["contribution_known"] = to_money(earned)
        months = [f"month_{number:02d}" for number in range(month, month + YEAR)]
        figures[f"contribution_m{month:02d}"] = to_money(sure(earned, "unknown_any", *months))
    figures["contribution_12m"] = figures["contribution_m01"]
    for kind in words.assets:
        figures[f"{kind}_now"] = to_money(sure(or_zero(sums[f"k_{kind}"]), "unknown_assets", "now"))
    owed = or_zero(sums.owed)
    if is_any_unknown:
        owed = ibis.ifelse(sums.unknown_owed.fill_null(False), None, owed)
    figures["loans_now"] = to_money(owed)
    figures["products_held"] = or_zero(sums.products_held).cast("int32")
    least = sums.least_month_01 if is_any_unknown else cents["month_01"]
    figures["assets_known_month"] = to_money(or_zero(least))
    none = ibis.literal("")
    figures["unknown_accounts"] = ibis.coalesce(sums.unknown_accounts, none) if is_any_unknown else none
    return figures
