"""The checks over all balances of an account: which days they are needed of, and which of them are not there.

A balance that is not there is not 0. Each one that the contract needs and the bank did not deliver is listed
beside the delivery as unknown, so that the night computes nothing from it (docs/decisions/0010).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import duckdb

from stead.core.formats import counted
from stead.extracts.checks import CLOSED_WITH_BALANCE, Check
from stead.extracts.checks_table import PARQUET, Staged, rewrite
from stead.extracts.delivery import UNKNOWN_BALANCES, ContractError, DeliveredTable, file_sha256, quoted

# A day of which fewer than this part of the open accounts have a balance is a slip of the pen in single rows
# (a wrong month, say), no day of which the bank delivers balances.
BALANCE_DATE_LEAST = 0.5


@dataclass(frozen=True)
class Needed:
    """How many balances the contract needs, and how many of them are not there."""

    now: int  # open accounts, each of which needs a balance of the delivery's day
    now_missing: int
    earlier: int  # balances of the earlier balance dates, over all accounts that were open then
    earlier_missing: int

    def as_json(self) -> dict[str, int]:
        """As delivery.json holds it."""
        return asdict(self)

    def over(self, limit: float, day: date) -> list[str]:
        """What is beyond the limit (0.01 is 1 %), in words; empty when nothing is."""
        found = []
        if self.now_missing > limit * self.now:
            share = self.now_missing / self.now
            found.append(
                f"balances: {self.now_missing:,} of {self.now:,} open accounts have no balance of {day} "
                f"({share:.2%})"
            )
        if self.earlier_missing > limit * self.earlier:
            share = self.earlier_missing / self.earlier
            found.append(
                f"balances: {self.earlier_missing:,} of {self.earlier:,} balances of earlier days are "
                f"missing ({share:.2%})"
            )
        return found


def judge_balances(
    con: duckdb.DuckDBPyConnection, done: Mapping[str, Staged], work: Path
) -> tuple[DeliveredTable, Needed]:
    """Find the balances that are needed and not there; write `unknown_balances.parquet` beside the rejects.

    done: accounts, holders and balances, checked and written. The file's columns: account_id, customer_id
    (who owns of it) and on_date; on_date is null where nothing is known of the account, since it was itself
    set aside or is not there. Raises ContractError when there are no balances of the delivery's day, or none
    of a month between others.
    """
    accounts, holders, balances = done["accounts"], done["holders"], done["balances"]
    day = balances.setting.day
    _set_stray_days_aside(con, balances)
    dates = sorted(row[0] for row in con.execute("SELECT DISTINCT on_date FROM accepted_balances").fetchall())
    is_open = f"opened_on <= DATE '{day}' AND (closed_on IS NULL OR closed_on > DATE '{day}')"
    open_now = _count(con, f"SELECT count(*) FROM accepted_accounts WHERE {is_open}")
    if open_now and day not in dates:
        _refuse_stale(con, balances, dates)
    _refuse_gaps(dates)
    _find_missing(con)
    _tell_missing(con, accounts, balances)
    path = work / "rejects" / f"{UNKNOWN_BALANCES}.parquet"
    path.parent.mkdir(exist_ok=True)
    con.execute(
        f"COPY ({_unknown(accounts, holders, balances)} ORDER BY account_id, customer_id, on_date) "
        f"TO {quoted(str(path))} {PARQUET}"
    )
    rows = _count(con, f"SELECT count(*) FROM read_parquet({quoted(str(path))})")
    now_missing = _count(con, f"SELECT count(*) FROM missing_balances WHERE on_date = DATE '{day}'")
    missing = _count(con, "SELECT count(*) FROM missing_balances")
    expected = _count(con, "SELECT coalesce(sum(due), 0) FROM balances_due")
    needed = Needed(open_now, now_missing, expected - open_now, missing - now_missing)
    return DeliveredTable(rows, 0, file_sha256(path)), needed


def _set_stray_days_aside(con: duckdb.DuckDBPyConnection, balances: Staged) -> None:
    """Set aside the balances of days of which hardly any account has one.

    Such a day would become a balance date of all accounts, on which the others have nothing.
    """
    day = balances.setting.day
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE stray_days AS
        WITH held AS (SELECT on_date, count(*) AS rows FROM accepted_balances GROUP BY on_date),
        opened AS (SELECT opened_on AS on_date, sum(count(*)) OVER (ORDER BY opened_on) AS accounts
            FROM accepted_accounts GROUP BY opened_on),
        closed AS (SELECT closed_on AS on_date, sum(count(*)) OVER (ORDER BY closed_on) AS accounts
            FROM accepted_accounts WHERE closed_on IS NOT NULL GROUP BY closed_on)
        SELECT h.on_date FROM held h
        ASOF LEFT JOIN opened o ON h.on_date >= o.on_date
        ASOF LEFT JOIN closed c ON h.on_date >= c.on_date
        WHERE h.on_date <> DATE '{day}'
        AND h.rows < {BALANCE_DATE_LEAST} * (coalesce(o.accounts, 0) - coalesce(c.accounts, 0))"""
    )
    if not _count(con, "SELECT count(*) FROM stray_days"):
        return
    reason = (
        "Fewer than half of the accounts that were open have a balance of this day; right would be balances "
        "of all of them, or none of the day."
    )
    balances.checks.append(Check("stray_day", "on_date", "", "CAST(s.on_date AS VARCHAR)", reason))
    con.execute(
        f"INSERT INTO {balances.bad} SELECT s.id, {len(balances.checks) - 1}, CAST(s.on_date AS VARCHAR) "
        f"FROM {balances.source} s ANTI JOIN {balances.bad} b ON s.id = b.id "
        "SEMI JOIN stray_days USING (on_date)"
    )
    rewrite(con, balances)


def _refuse_stale(con: duckdb.DuckDBPyConnection, balances: Staged, dates: list[date]) -> None:
    """Raise ContractError: no account has a balance of the delivery's day."""
    day = balances.setting.day
    newest = f"the newest are of {dates[-1]}" if dates else "there are none of any day"
    spoilt = con.execute(
        f"SELECT count(*), min(which) FROM {balances.source} JOIN {balances.bad} USING (id) "
        f"WHERE on_date = DATE '{day}'"
    ).fetchall()[0]
    if spoilt[0]:
        newest += f"; {counted(spoilt[0], 'row')} of that day set aside. {balances.checks[spoilt[1]].reason}"
    raise ContractError(
        f"balances: the delivery is of {day} and has no balance of that day: {newest}. Right would be a "
        f"balance of {day} for each open account, or --date with the day whose end the files show."
    )


def _refuse_gaps(dates: list[date]) -> None:
    """Raise ContractError when a month between others has no balances."""
    for before, on in pairwise(dates):
        if (on.year * 12 + on.month) - (before.year * 12 + before.month) > 1:
            raise ContractError(
                f"balances: there are balances of {before} and of {on}, and none between; right would be "
                "balances of at least the last day of each month from the first on."
            )


def _find_missing(con: duckdb.DuckDBPyConnection) -> None:
    """The temporary table `missing_balances`: account_id, on_date of what is needed and was not accepted.

    Few accounts lack anything. So the balances are counted by account first, in one pass, and only where
    fewer are there than days on which the account was open are the days looked for.
    """
    con.execute(
        """CREATE OR REPLACE TEMP TABLE balance_days AS
        SELECT on_date, row_number() OVER (ORDER BY on_date) AS nth
        FROM (SELECT DISTINCT on_date FROM accepted_balances)"""
    )
    con.execute(
        """CREATE OR REPLACE TEMP TABLE balances_due AS
        SELECT account_id, opened_on, closed_on, coalesce(l.nth, 0) - coalesce(f.nth, 0) AS due
        FROM (SELECT account_id, opened_on, closed_on, opened_on - 1 AS before_on,
            coalesce(closed_on - 1, DATE '2999-12-31') AS last_on FROM accepted_accounts) a
        ASOF LEFT JOIN balance_days f ON a.before_on >= f.on_date
        ASOF LEFT JOIN balance_days l ON a.last_on >= l.on_date"""
    )
    con.execute(
        """CREATE OR REPLACE TEMP TABLE missing_balances AS
        WITH held AS (SELECT account_id, count(*) AS rows FROM accepted_balances b
            JOIN balances_due d USING (account_id)
            WHERE on_date >= opened_on AND (closed_on IS NULL OR on_date < closed_on)
            GROUP BY account_id),
        short AS (SELECT account_id, opened_on, closed_on FROM balances_due d LEFT JOIN held h
            USING (account_id) WHERE due > coalesce(h.rows, 0))
        SELECT s.account_id, d.on_date FROM short s JOIN balance_days d
        ON d.on_date >= s.opened_on AND (s.closed_on IS NULL OR d.on_date < s.closed_on)
        ANTI JOIN (SELECT account_id, on_date FROM accepted_balances SEMI JOIN short USING (account_id)) b
        ON s.account_id = b.account_id AND d.on_date = b.on_date"""
    )


def _tell_missing(con: duckdb.DuckDBPyConnection, accounts: Staged, balances: Staged) -> None:
    """Add a reject for each balance that is not there, named after the account and its line.

    A balance whose row was set aside is told by that row already.
    """
    day = balances.setting.day
    told = f"""SELECT account_id, on_date FROM missing_balances ANTI JOIN
        (SELECT account_id, on_date FROM {balances.source} SEMI JOIN {balances.bad} USING (id)) USING
        (account_id, on_date)"""
    origin = "a._file AS file, a._row AS row" if accounts.traced else "'accounts' AS file, a.id + 1 AS row"
    for code, when, on, named in (
        ("no_balance", f"on_date = DATE '{day}'", f"{day}", "m.account_id"),
        (
            "no_earlier_balance",
            f"on_date < DATE '{day}'",
            "the day shown",
            "concat(m.account_id, ' ', m.on_date)",
        ),
    ):
        reason = (
            f"The open account has no balance of {on}, so that it is not known; right would be a row of "
            "balances for it, with 0.00 when there is nothing on it."
        )
        rows = f"""SELECT {origin}, 'account_id' AS "column", {named} AS value, {quoted(reason)} AS reason
            FROM ({told}) m JOIN {accounts.source} a USING (account_id)
            ANTI JOIN {accounts.bad} b ON a.id = b.id WHERE {when}"""
        if _count(con, f"SELECT count(*) FROM ({told}) m WHERE {when}"):
            balances.checks.append(Check(code, "account_id", "", "", reason))
            balances.absent.append(rows)


def _unknown(accounts: Staged, holders: Staged, balances: Staged) -> str:
    """account_id, customer_id, on_date of all that is not known; on_date is null for whole accounts."""
    numbers = [str(n) for n, each in enumerate(balances.checks) if each.code == CLOSED_WITH_BALANCE]
    # Of an account that was closed and still has a balance, either the one or the other is wrong.
    contradicted = (
        f"SELECT account_id, on_date FROM {balances.source} s JOIN {balances.bad} b USING (id) "
        f"WHERE b.which IN ({', '.join(numbers)})"
    )
    owners = "SELECT account_id, customer_id FROM accepted_holders WHERE role <> 'authorised' AND share > 0"
    # An account that opens later has nothing yet.
    day = balances.setting.day
    later = f"SELECT account_id FROM {accounts.source} WHERE opened_on > DATE '{day}'"
    return f"""SELECT account_id, customer_id, on_date FROM
        (SELECT account_id, on_date FROM missing_balances UNION {contradicted}) JOIN ({owners})
        USING (account_id)
        UNION SELECT DISTINCT account_id, customer_id, NULL FROM {holders.source} h
        SEMI JOIN accepted_customers USING (customer_id) ANTI JOIN accepted_accounts USING (account_id)
        ANTI JOIN ({later}) USING (account_id)
        WHERE account_id IS NOT NULL AND coalesce(role, '') <> 'authorised'"""


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(con.execute(query).fetchall()[0][0])
