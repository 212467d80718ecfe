"""The check over several rows: a customer's amounts, in the book currency, can be added and kept.

Each amount is small enough by itself; many accounts, or a currency with a large rate, could still have a sum
that no column holds, and the night would end there for everybody.
"""

import duckdb

from stead.extracts.checks import Check
from stead.extracts.checks_table import Staged, rewrite

# In the book currency. Balances are weighted by up to 90 days and doubled for rounding, in cents of 64 bits.
BALANCES_MOST = 10**14
# Bookings are only added; their sum is kept as money of 18 digits.
BOOKINGS_MOST = 10**15
_RATES = """
    SELECT account_id, coalesce(rate, 1) AS rate FROM accepted_accounts a
    LEFT JOIN (SELECT currency, max(rate) AS rate FROM accepted_rates GROUP BY currency) r USING (currency)
"""
_HELD = (
    "SELECT DISTINCT account_id, customer_id FROM accepted_holders WHERE role <> 'authorised' AND share > 0"
)


def set_large_balances_aside(con: duckdb.DuckDBPyConnection, balances: Staged) -> None:
    """Set aside the balances of the accounts with which a customer's would come to more than can be kept.

    The smaller accounts stay. Every balance counts with the largest rate that its currency ever had.
    """
    most = "(SELECT max(abs(balance))::DOUBLE FROM accepted_balances)"
    accounts = f"(SELECT max(n) FROM (SELECT count(*) AS n FROM ({_HELD}) GROUP BY customer_id))"
    if _is_within(con, f"{most} * {accounts} * (SELECT max(rate)::DOUBLE FROM ({_RATES}))", BALANCES_MOST):
        return
    size = "SELECT account_id, max(abs(balance))::DOUBLE AS size FROM accepted_balances GROUP BY account_id"
    over = f"""
        SELECT DISTINCT account_id FROM (
            SELECT account_id, sum(size * rate) OVER (
                PARTITION BY customer_id ORDER BY size * rate, account_id ROWS UNBOUNDED PRECEDING
            ) AS total
            FROM ({size}) JOIN ({_RATES}) USING (account_id) JOIN ({_HELD}) USING (account_id)
        ) WHERE total > {BALANCES_MOST}
    """
    _set_aside(con, balances, "balance", f"JOIN ({over}) o ON s.account_id = o.account_id", BALANCES_MOST)


def set_large_bookings_aside(con: duckdb.DuckDBPyConnection, transactions: Staged) -> None:
    """Set aside the bookings with which a customer's come to more than can be kept; smaller ones stay."""
    total = "(SELECT sum(abs(amount)::DOUBLE) FROM accepted_transactions)"
    if _is_within(con, f"{total} * (SELECT max(rate)::DOUBLE FROM ({_RATES}))", BOOKINGS_MOST):
        return
    over = f"""
        SELECT DISTINCT transaction_id FROM (
            SELECT transaction_id, sum(size) OVER (
                PARTITION BY customer_id ORDER BY size, transaction_id ROWS UNBOUNDED PRECEDING
            ) AS total
            FROM (
                SELECT transaction_id, customer_id, abs(amount)::DOUBLE * rate AS size
                FROM accepted_transactions
                JOIN ({_RATES}) USING (account_id) JOIN ({_HELD}) USING (account_id)
            )
        ) WHERE total > {BOOKINGS_MOST}
    """
    joined = f"JOIN ({over}) o ON s.transaction_id = o.transaction_id"
    _set_aside(con, transactions, "amount", joined, BOOKINGS_MOST)


def _is_within(con: duckdb.DuckDBPyConnection, bound: str, most: int) -> bool:
    """Whether a bound that is quick to compute shows already that no sum is too large."""
    found = con.execute(f"SELECT coalesce({bound}, 0) <= {most}").fetchone()
    return found is not None and bool(found[0])


def _set_aside(con: duckdb.DuckDBPyConnection, staged: Staged, column: str, joined: str, most: int) -> None:
    reason = (
        f"With it the customer's amounts come to more than {most:,} in the book currency, more than can be "
        "added; right would be amounts and rates of the currency's own unit."
    )
    value = f'CAST(s."{column}" AS VARCHAR)'
    # What stands with an account of two holders, or was set aside before, is counted once.
    found = (
        f"SELECT s.id, {len(staged.checks)}, {value} FROM {staged.source} s "
        f"ANTI JOIN {staged.bad} b ON s.id = b.id {joined}"
    )
    staged.checks.append(Check("sum_too_large", column, "", value, reason))
    con.execute(f"INSERT INTO {staged.bad} {found}")
    rewrite(con, staged)
