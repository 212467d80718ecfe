"""The check over several rows: the shares of an account's holders add to 1, and every account is owned.

Without it a joint account would be counted twice, or a balance would belong to nobody and the bank's total
would no longer equal the sum over its customers.
"""

import duckdb

from stead.extracts.checks import Check
from stead.extracts.checks_table import Staged, rewrite

# The sum of shares of the accounts that are not owned exactly once; an account without holders has 0.
UNOWNED = """
    SELECT account_id, total FROM (
        SELECT a.account_id, coalesce(h.total, 0) AS total
        FROM accepted_accounts a
        LEFT JOIN (SELECT account_id, sum(share) AS total FROM accepted_holders GROUP BY account_id) h
        USING (account_id)
    ) WHERE total <> 1
"""


def set_unowned_aside(con: duckdb.DuckDBPyConnection, accounts: Staged, holders: Staged) -> None:
    """Set aside the accounts whose shares do not add to 1, with all their holders.

    Both tables have been checked and written; what they refer to and what refers to them later (balances,
    transactions) then follows by itself, as nothing accepted has the account's number.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE unowned AS {UNOWNED}")
    found = con.execute("SELECT count(*) FROM unowned").fetchone()
    if found is None or found[0] == 0:
        return
    for staged, column in ((accounts, "account_id"), (holders, "share")):
        reason = (
            "The shares of the account's holders add to the value shown; right would be exactly 1, so that "
            "its balance belongs to its owners once."
        )
        if staged is holders:
            reason = (
                "The shares of the account do not add to 1 (this is one of them); right would be exactly 1."
            )
        value = "CAST(u.total AS VARCHAR)" if staged is accounts else "CAST(s.share AS VARCHAR)"
        staged.checks.append(Check("shares_not_one", column, "", value, reason))
        con.execute(
            f"INSERT INTO {staged.bad} SELECT s.id, {len(staged.checks) - 1}, {value} "
            f"FROM {staged.source} s ANTI JOIN {staged.bad} b ON s.id = b.id "
            "JOIN unowned u ON s.account_id = u.account_id"
        )
        rewrite(con, staged)
