"""Assets and contribution: a customer's parts in accounts, added up to the figures of the book."""

from datetime import date

import ibis
from ibis.expr.types import IntegerValue, Table

from stead.customers.book import Vocabulary, or_zero, times_ratio, to_money, whole_quotient, wide_sum
from stead.customers.book_balances import slot_names
from stead.customers.book_dates import MONTHS, Calendar, Measure

YEAR = 12


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


def contributions(part: Table, when: Calendar) -> dict[str, IntegerValue]:
    """What each part earned in the 12 months ending in each of 13 months, in cents: c01 to c13.

    yearly_margin / 12 * the sum of the monthly averages; each account's is rounded to cents.
    Months without balances count nothing.
    """
    months = [measured(part, "s", when.measures[f"month_{m:02d}"]) for m in range(1, MONTHS + 1)]
    earned = {}
    for last in range(13):
        known = [
            month
            for number, month in enumerate(months[last : last + YEAR], last + 1)
            if when.measures[f"month_{number:02d}"].days
        ]
        total = sum(known[1:], known[0]) if known else ibis.literal(0, "int64")
        earned[f"c{last + 1:02d}"] = times_ratio(total, part.margin, YEAR)
    return earned


def earning_parts(part: Table, when: Calendar, words: Vocabulary) -> Table:
    """The parts with what each earned. What is owed earns on its absolute amount."""
    owed = part.kind.isin(words.liabilities)
    earned = contributions(part, when)
    return part.mutate(**{name: ibis.ifelse(owed, -value, value) for name, value in earned.items()})


def customer_sums(part: Table, when: Calendar, words: Vocabulary) -> Table:
    """One row a customer with accounts: assets by slot (a00..), contribution (c01..), by kind now, loans.

    part: from `earning_parts`. All amounts in cents.
    """
    is_asset = part.kind.isin(words.assets)
    now = part[f"s{when.measures['now'].parts[0][0]:02d}"]
    sums = {f"a{name[1:]}": wide_sum(part[name], where=is_asset) for name in slot_names(when)}
    sums |= {f"c{month:02d}": wide_sum(part[f"c{month:02d}"]) for month in range(1, 14)}
    sums |= {f"k_{kind}": wide_sum(now, where=part.kind == kind) for kind in words.assets}
    sums["owed"] = -wide_sum(now, where=part.kind.isin(words.liabilities))
    totals = part.group_by("customer_id").aggregate(**sums)
    return totals.select("customer_id", **{n: or_zero(totals[n].cast("int64")) for n in sums})


def asset_months(part: Table, when: Calendar, words: Vocabulary) -> Table:
    """customer_id, kind, m01 (now) to m24: month-end assets in whole units, rounded half up."""
    own = part.filter(part.kind.isin(words.assets))
    sums = {name: wide_sum(own[name]).cast("int64") for name in slot_names(when)}
    totals = own.group_by(["customer_id", "kind"]).aggregate(**sums)
    ends = {
        f"m{month:02d}": whole_quotient(
            or_zero(measured(totals, "s", when.measures[f"end_{month:02d}"])), 100
        )
        for month in range(1, MONTHS)
    }
    held = totals.select("customer_id", "kind", **ends)
    return held.filter(ibis.or_(*(held[name] != 0 for name in ends)))


def _change(now: IntegerValue, before: IntegerValue) -> ibis.Value:
    """The change as part of what was before, four decimals; null when that was not above zero."""
    # Within 2**53 cents a quotient of floats is right to far more than the four decimals that are kept.
    ratio = ((now - before) / before).round(4).cast("decimal(18, 4)")
    return ibis.ifelse(before > 0, ratio, ibis.null("decimal(18, 4)"))


def products_held(part: Table, day: date) -> Table:
    """customer_id, products_held: different products of accounts that are open at the end of `day`."""
    is_open = part.closed_on.isnull() | (part.closed_on > ibis.literal(day))
    different = part.filter(is_open).select("customer_id", "product_id").distinct()
    return different.group_by("customer_id").aggregate(products_held=different.count())


def asset_history(months: Table, when: Calendar, words: Vocabulary) -> Table:
    """customer_id, months: the JSON text of customers.AssetHistory, oldest month first.

    months: from `asset_months`. The months before the first balance are left out.
    """
    known = [month for month in range(MONTHS - 1, 0, -1) if when.measures[f"end_{month:02d}"].days]
    labels = ", ".join(f'"{when.months[month - 1]:%Y-%m}"' for month in known)
    numbers = ibis.literal(", ").join([months[f"m{month:02d}"].cast("string") for month in known])
    told = months.select("customer_id", "kind", text=ibis.literal('"') + months.kind + '": [' + numbers + "]")
    wide = told.group_by("customer_id").aggregate(
        **{kind: told.text.max(where=told.kind == kind) for kind in words.assets}
    )
    # Texts are joined in the order of the kinds, so that the same figures always give the same bytes.
    parts = [ibis.coalesce(ibis.literal(", ") + wide[kind], "") for kind in words.assets]
    text = ibis.literal(f'{{"months": [{labels}]')
    for each in parts:
        text += each
    return wide.select("customer_id", months=text + "}")


def asset_figures(sums: Table, when: Calendar, words: Vocabulary) -> dict[str, ibis.Value]:
    """The columns of assets and contribution of `features`, over `sums` (null rows: no accounts)."""
    cents = {name: measured(sums, "a", measure) for name, measure in when.measures.items()}
    cents = {n: or_zero(v) if when.measures[n].days else v for n, v in cents.items()}
    now = cents["now"]
    # The highest of the month-end figures of 12 months and of now.
    ends = [cents[f"end_{m:02d}"] for m in range(2, 14) if when.measures[f"end_{m:02d}"].days]
    figures = {
        "assets_now": to_money(now),
        "assets_average_30d": to_money(cents["average_30"]),
        "assets_average_90d": to_money(cents["average_90"]),
        "assets_peak_12m": to_money(ibis.greatest(now, *ends)),
    }
    for days in (30, 90):
        before = cents[f"ago_{days}"]
        figures[f"assets_{days}d_ago"] = to_money(before)
        figures[f"assets_change_{days}d"] = to_money(now - before)
        figures[f"assets_change_{days}d_ratio"] = _change(now, before)
    for month in range(1, 14):
        figures[f"assets_month_{month:02d}"] = to_money(cents[f"month_{month:02d}"])
        earned = or_zero(sums[f"c{month:02d}"]) + or_zero(sums[f"f{month:02d}"])
        figures[f"contribution_m{month:02d}"] = to_money(earned)
    figures["contribution_12m"] = figures["contribution_m01"]
    figures |= {f"{kind}_now": to_money(or_zero(sums[f"k_{kind}"])) for kind in words.assets}
    figures["loans_now"] = to_money(or_zero(sums.owed))
    figures["products_held"] = or_zero(sums.products_held).cast("int32")
    return figures
