"""Flows: what came in and went out, own transactions, fees, maturities and what is told on the timeline."""

from datetime import date, timedelta
from decimal import Decimal

import ibis
from ibis.expr.types import Table

from stead.customers.amounts import (
    MONEY,
    Vocabulary,
    converted,
    or_zero,
    ratio,
    times_ratio,
    to_cents,
    to_millionths,
    to_money,
    wide_sum,
)  # fmt: skip
from stead.customers.book_balances import rate_on
from stead.customers.book_dates import months_back


def foreign_rates(accounts: Table, rates: Table, currency: str, day: date) -> Table:
    """account_id, rate: accounts in other currencies with the rate of the book date (the last known)."""
    last = rates.group_by("currency").aggregate(rate=rate_on(rates, day))
    foreign = accounts.filter(accounts.currency != currency).select("account_id", "currency")
    return foreign.join(last, "currency").select("account_id", "rate")


def _booked(rows: Table, foreign: Table, holders: Table) -> Table:
    """Bookings with `cents` of the book currency, each once for every owner with the owner's part of it."""
    joined = rows.left_join(foreign, "account_id").drop("account_id_right")
    cents = ibis.ifelse(
        joined.rate.isnull(), to_cents(joined.amount), to_cents(converted(joined.amount, joined.rate))
    )
    own = holders.filter(holders.share > 0).select(
        "account_id", "customer_id", ppm=to_millionths(holders.share)
    )
    owned = joined.mutate(cents=cents).drop("rate").join(own, "account_id")
    part = ibis.ifelse(owned.ppm == 1_000_000, owned.cents, times_ratio(owned.cents, owned.ppm))
    return owned.mutate(cents=part).drop("ppm")


def _within(transactions: Table, day: date, days: int) -> Table:
    """Bookings of the last `days` days up to the book date."""
    after, last = ibis.literal(day - timedelta(days=days)), ibis.literal(day)
    return transactions.filter(transactions.on_date > after, transactions.on_date <= last)


def recent_bookings(transactions: Table, foreign: Table, holders: Table, day: date) -> Table:
    """The bookings of 30 days, once for each owner: customer_id, on_date, kind, own (elsewhere), cents.

    Worth storing: `flows` and `unreinvested` read it, the latter twice.
    """
    rows = _within(transactions, day, 30)
    rows = rows.select(
        "account_id", "on_date", "amount", "kind", own=ibis.coalesce(rows.own_elsewhere, False)
    )
    return _booked(rows, foreign, holders).select("customer_id", "on_date", "kind", "own", "cents")


def flows(recent: Table, words: Vocabulary) -> Table:
    """In- and outflow of 30 days of each customer, in cents, without moves within the bank.

    recent: from `recent_bookings`. A largest flow is the customer's part of one booking; among equals the
    latest counts.
    """
    row = recent.filter(recent.kind.notin(words.internal + words.bank_booked))
    size = ibis.struct({"cents": row.cents.abs(), "on": row.on_date})
    inward, outward = row.cents > 0, row.cents < 0
    found = row.group_by("customer_id").aggregate(
        inflow=wide_sum(row.cents, where=inward).cast("int64"),
        outflow=-wide_sum(row.cents, where=outward).cast("int64"),
        most_in=size.max(where=inward),
        most_out=size.max(where=outward),
        most_own=size.max(where=outward & row.own),
    )
    return found.select(
        "customer_id", "inflow", "outflow",
        most_in=found.most_in["cents"], most_in_on=found.most_in["on"],
        most_out=found.most_out["cents"], most_out_on=found.most_out["on"],
        most_own=found.most_own["cents"], most_own_on=found.most_own["on"],
    )  # fmt: skip


def own_transactions(transactions: Table, holders: Table, day: date) -> Table:
    """customer_id, own_transaction_on: the last booking that a holder made, whichever holder it was."""
    own = transactions.filter(transactions.by_customer, transactions.on_date <= ibis.literal(day))
    last = own.group_by("account_id").aggregate(on=own.on_date.max())
    held = last.join(holders.select("account_id", "customer_id"), "account_id")
    return held.group_by("customer_id").aggregate(own_transaction_on=held.on.max())


def fees(transactions: Table, foreign: Table, holders: Table, day: date) -> Table:
    """Fees paid in the 12 months ending in each of 13 months, in cents: f01 to f13."""
    rows = transactions.filter(transactions.kind == "fee", transactions.amount < 0)
    rows = rows.filter(rows.on_date <= ibis.literal(day)).select("account_id", "on_date", "amount")
    row = _booked(rows, foreign, holders)
    first = day.replace(day=1)
    sums = {}
    for month in range(13):
        start, end = months_back(first, month + 11), months_back(first, month - 1)
        inside = (row.on_date >= ibis.literal(start)) & (row.on_date < ibis.literal(end))
        sums[f"f{month + 1:02d}"] = -or_zero(wide_sum(row.cents, where=inside).cast("int64"))
    return row.group_by("customer_id").aggregate(**sums)


def maturities_next(
    part: Table, now: str, day: date, words: Vocabulary, unknown_now: Table | None = None
) -> Table:
    """customer_id, matures_on, matures: the next day on which assets fall due, and how much, in cents.

    unknown_now: account_id of those whose balance is unknown; how much falls due with them is null.
    """
    due = part.filter(part.kind.isin(words.assets), part.matures_on > ibis.literal(day))
    due = due.filter(due.closed_on.isnull() | (due.closed_on > ibis.literal(day)))
    by_day = due.group_by(["customer_id", "matures_on"]).aggregate(cents=wide_sum(due[now]).cast("int64"))
    matures = by_day.group_by("customer_id").aggregate(
        matures_on_next=by_day.matures_on.min(), matures_cents=by_day.cents.argmin(by_day.matures_on)
    )
    if unknown_now is None:
        return matures
    open_days = due.semi_join(unknown_now, "account_id").select("customer_id", "matures_on").distinct()
    open_days = open_days.select("customer_id", matures_on_next=open_days.matures_on, is_open=True)
    told = matures.left_join(open_days, ["customer_id", "matures_on_next"])
    cents = ibis.ifelse(told.is_open.fill_null(False), None, told.matures_cents)
    return told.select("customer_id", "matures_on_next", matures_cents=cents)


def unreinvested(recent: Table, day: date) -> Table:
    """customer_id, idle, idle_since: what matured in the last 7 days less what was bought since.

    recent: from `recent_bookings`. idle: in cents, more than 0. idle_since: the day of the first of these
    maturities. A core that books both sides of a move is not counted twice: the larger side counts.
    """
    row = _within(recent, day, 7).filter(recent.kind.isin(("maturity", "buy")))
    matured = row.filter(row.kind == "maturity").group_by("customer_id")
    matured = matured.aggregate(since=lambda t: t.on_date.min())
    both = row.join(matured, "customer_id")
    both = both.filter(both.on_date >= both.since)

    def moved(kind: str) -> ibis.Value:
        into = or_zero(wide_sum(both.cents, where=(both.kind == kind) & (both.cents > 0)).cast("int64"))
        out = or_zero(wide_sum(both.cents, where=(both.kind == kind) & (both.cents < 0)).cast("int64"))
        return ibis.greatest(into, -out)

    idle = both.group_by("customer_id").aggregate(
        idle=moved("maturity") - moved("buy"), idle_since=both.since.min()
    )
    return idle.filter(idle.idle > 0)


def lead_holders(holders: Table) -> Table:
    """account_id, customer_id: the one owner of each account under whom its bookings are told."""
    own = holders.filter(holders.role != "authorised", holders.share > 0)
    sole = own.filter(own.share == 1).select("account_id", "customer_id")
    joint = own.filter(own.share != 1)
    order = ibis.window(group_by=joint.account_id, order_by=[joint.share.desc(), joint.customer_id])
    joint = joint.mutate(place=ibis.row_number().over(order))
    return sole.union(joint.filter(joint.place == 0).select("account_id", "customer_id"))


def notable(transactions: Table, foreign: Table, accounts: Table, holders: Table, day: date,
            least: Decimal) -> Table:  # fmt: skip
    """Bookings up to the book date of at least `least` in the book currency, told under the lead holder.

    Columns as customers.NotableTransaction; missing texts are empty.
    """
    last = ibis.literal(day)
    # A foreign unit may be worth more than one of the book currency: those are judged after conversion.
    rows = transactions.filter(transactions.on_date <= last).left_join(foreign, "account_id")
    worth = ibis.ifelse(rows.rate.isnull(), rows.amount, converted(rows.amount, rows.rate)).abs()
    rows = rows.filter(worth >= ibis.literal(least, MONEY)).drop("account_id_right", "rate")
    money = accounts.select("account_id", "currency")
    told = rows.join(money, "account_id").join(lead_holders(holders), "account_id")
    return told.select(
        "transaction_id", "customer_id", "account_id", "on_date", "amount", "currency", "kind",
        channel=ibis.coalesce(told.channel, ""), counterparty=ibis.coalesce(told.counterparty, ""),
    )  # fmt: skip


def flow_figures(row: Table, day: date) -> dict[str, ibis.Value]:
    """The columns of flows of `features`, over the joined results of this module and `asset_measures`."""
    own = or_zero(row.most_own)
    before = row.cents_ago_30
    return {
        "inflow_30d": to_money(or_zero(row.inflow)),
        "outflow_30d": to_money(or_zero(row.outflow)),
        "outflow_largest_30d": to_money(or_zero(row.most_out)),
        "outflow_largest_30d_on": row.most_out_on,
        "outflow_largest_own_30d": to_money(own),
        "outflow_largest_own_30d_on": row.most_own_on,
        "outflow_largest_own_30d_ratio": ratio(own, before),
        "inflow_largest_30d": to_money(or_zero(row.most_in)),
        "inflow_largest_30d_on": row.most_in_on,
        "own_transaction_on": row.own_transaction_on,
        "own_transaction_days": ibis.literal(day).delta(row.own_transaction_on, unit="day").cast("int32"),
        "maturity_next_on": row.matures_on_next,
        "maturity_next_amount": to_money(row.matures_cents),
        "maturity_next_days": row.matures_on_next.delta(ibis.literal(day), unit="day").cast("int32"),
        "maturity_past_7d_unreinvested": to_money(or_zero(row.idle)),
        "maturity_past_7d_on": row.idle_since,
    }
