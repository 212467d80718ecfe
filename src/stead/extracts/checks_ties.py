"""The check over several rows of relationships: what is said of a family can be true together.

The first row in the files stands; a later one that contradicts it is set aside, and its value names both.
"""

from collections.abc import Callable
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

import duckdb

from stead.extracts.checks import Check
from stead.extracts.checks_table import Staged, rewrite

# In SQL, each row as a claim about two customers `low` < `high`: married, or which of them is the parent.
# nth: the order of the files. told: where the row stands.
_CLAIMS = """
    CREATE OR REPLACE TEMP TABLE claims AS
    SELECT id, customer_id, other_id, kind, least(customer_id, other_id) AS low,
        greatest(customer_id, other_id) AS high,
        CASE kind WHEN 'spouse' THEN 'spouse' WHEN 'parent' THEN other_id ELSE customer_id END AS claim,
        row_number() OVER (ORDER BY {origin}) AS nth, {told} AS told
    FROM {source} s ANTI JOIN {bad} b USING (id) WHERE kind IN ('spouse', 'parent', 'child')
"""
CIRCLE_ROWS_TOLD = 8
PRUNINGS_MOST = 200  # generations of which no line of descent is longer
TWO_KINDS = (
    "An earlier row says otherwise of these two; right would be one of them: spouse, parent or child. "
    "The value tells both rows."
)
TWO_SPOUSES = (
    "One of these two has another spouse by an earlier row; right would be one. The value tells both rows."
)
CIRCLE = (
    "Nobody descends from oneself; right would be parents and children without a circle. The value tells the "
    "rows that make one."
)
Bad = list[tuple[int, str]]  # rows, with the value that is told


def set_contradictions_aside(con: duckdb.DuckDBPyConnection, ties: Staged) -> None:
    """Set aside the rows of relationships that contradict earlier ones."""
    origin, told = "s.id", f"concat('{ties.extract.name} row ', s.id + 1)"
    if ties.traced:
        origin, told = "s._file, s._row, s.id", "concat(s._file, ' row ', s._row)"
    con.execute(_CLAIMS.format(origin=origin, told=told, source=ties.source, bad=ties.bad))
    before = len(ties.checks)
    finders: tuple[tuple[str, str, Callable[[duckdb.DuckDBPyConnection], Bad]], ...] = (
        ("tie_contradicted", TWO_KINDS, _contradicted),
        ("two_spouses", TWO_SPOUSES, _second_spouses),
        ("tie_in_circle", CIRCLE, _closing_circles),
    )
    for code, reason, find in finders:
        while found := find(con):
            if not ties.checks or ties.checks[-1].code != code:
                ties.checks.append(Check(code, "other_id", "", "", reason))
            rows = [(number, len(ties.checks) - 1, value) for number, value in found]
            con.executemany(f"INSERT INTO {ties.bad} VALUES (?, ?, ?)", rows)
            con.executemany("DELETE FROM claims WHERE id = ?", [(number,) for number, *_ in rows])
    if len(ties.checks) > before:
        rewrite(con, ties)


def _contradicted(con: duckdb.DuckDBPyConnection) -> Bad:
    """Rows that say something else of two customers than the first row about them."""
    return con.execute(
        """
        SELECT c.id, concat(c.other_id, ' is ', c.kind, ' of ', c.customer_id, ' by ', c.told, '; ',
            f.first.other_id, ' is ', f.first.kind, ' of ', f.first.customer_id, ' by ', f.first.told)
        FROM claims c JOIN (
            SELECT low, high, arg_min(claims, nth) AS first FROM claims SEMI JOIN (
                SELECT low, high FROM claims GROUP BY ALL HAVING min(claim) <> max(claim)
            ) USING (low, high) GROUP BY ALL
        ) f USING (low, high)
        WHERE c.claim <> f.first.claim ORDER BY c.nth
        """
    ).fetchall()


def _second_spouses(con: duckdb.DuckDBPyConnection) -> Bad:
    """Rows that marry somebody whose first marriage, which is the first of both, is another one.

    Called until there are none: of A-B, B-C, C-D the second falls, and with it what speaks against the third.
    """
    return con.execute(
        """
        WITH ends AS (
            SELECT claims AS row, nth, low, high, unnest([low, high]) AS who FROM claims WHERE kind = 'spouse'
        ), firsts AS (SELECT who, arg_min(row, nth) AS first FROM ends GROUP BY who),
        sure AS (
            SELECT a.who, a.first FROM firsts a
            JOIN firsts b ON b.who = CASE a.who WHEN a.first.low THEN a.first.high ELSE a.first.low END
            WHERE a.first.low = b.first.low AND a.first.high = b.first.high
        )
        SELECT e.row.id, concat(e.row.other_id, ' is spouse of ', e.row.customer_id, ' by ', e.row.told, '; ',
            min_by(s.first, s.first.nth).other_id, ' is spouse of ', min_by(s.first, s.first.nth).customer_id,
            ' by ', min_by(s.first, s.first.nth).told)
        FROM ends e JOIN sure s USING (who) WHERE e.low <> s.first.low OR e.high <> s.first.high
        GROUP BY e.row, e.nth ORDER BY e.nth
        """
    ).fetchall()


def _closing_circles(con: duckdb.DuckDBPyConnection) -> Bad:
    """The last row of a circle of parents; called until there is none.

    Who has no parent or no child among the rows is in no circle. So nearly all rows fall out within as many
    passes as there are generations, and few are left to be followed one by one.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE descents AS SELECT id, told, nth, claim AS parent, "
        "CASE claim WHEN low THEN high ELSE low END AS child FROM claims WHERE kind <> 'spouse'"
    )
    for _ in range(PRUNINGS_MOST):
        gone = con.execute(
            "DELETE FROM descents WHERE parent NOT IN (SELECT child FROM descents) "
            "OR child NOT IN (SELECT parent FROM descents)"
        ).fetchone()
        if gone is None or gone[0] == 0:
            break
    rows = con.execute("SELECT id, told, nth, parent, child FROM descents ORDER BY nth").fetchall()
    return _last_of_a_circle(rows)


def _last_of_a_circle(rows: list[tuple[int, str, int, str, str]]) -> Bad:
    """Of rows (id, told, nth, parent, child) those that close a circle last, with all that say the same."""
    parents: dict[str, set[str]] = {}
    said: dict[tuple[str, str], list[tuple[int, str, int]]] = {}
    for number, told, nth, parent, child in rows:
        parents.setdefault(child, set()).add(parent)
        said.setdefault((parent, child), []).append((nth, told, number))
    try:
        TopologicalSorter(parents).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        pairs = list(pairwise(circle))
        last = max(pairs, key=lambda pair: min(said[pair]))
        places = [min(said[pair])[1] for pair in sorted(pairs, key=lambda pair: min(said[pair]))]
        shown = "; ".join([*places[: CIRCLE_ROWS_TOLD - 1], *places[CIRCLE_ROWS_TOLD - 1 :][-1:]])
        return [(number, shown) for _nth, _told, number in said[last]]
    return []
