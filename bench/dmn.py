"""Decision tables on DuckDB: rows a second on 1, 10 and 100 rules beside the same CASE written by hand.

Run with `python bench/dmn.py [ROWS]` (3,000,000 by default). The limit: at most 1.2 times the hand-written
query. Prints also how long compiling takes, and one row online (median and p99).
"""

import statistics
import sys
import time
from collections.abc import Callable

import duckdb
import ibis

from stead import dmn

RATIO_MAX = 1.2
COLUMNS = {"id": "int64", "balance": "decimal(18, 2)", "age": "int32", "home_branch": "string"}
NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def cells(rule: int) -> tuple[str, str, str]:
    """The three input cells of a rule: a threshold, a list of names in every other rule, and an age."""
    return (f"&gt;= {1_000_000 - rule * 10_000}", "-" if rule % 2 else '"North","South"', f"&gt; {rule % 50}")


def model_of(rules: int) -> dmn.Model:
    """A first-hit table with three inputs and two outputs."""
    names = (("Balance", "number"), ("Home Branch", "string"), ("Age", "number"))
    inputs = "".join(
        f'<input><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for name, kind in names
    )
    rows = "".join(
        f'<rule id="r{i}">'
        + "".join(f"<inputEntry><text>{cell}</text></inputEntry>" for cell in cells(i))
        + f'<outputEntry><text>"t{i}"</text></outputEntry><outputEntry><text>{i}</text></outputEntry></rule>'
        for i in range(rules)
    )
    xml = (
        f'<definitions xmlns="{NAMESPACE}" name="bench"><decision id="d" name="Tier">'
        '<decisionTable hitPolicy="FIRST">'
        f'{inputs}<output name="tier" typeRef="string"/><output name="points" typeRef="number"/>{rows}'
        "</decisionTable></decision></definitions>"
    )
    return dmn.read(xml.encode())


def by_hand(rules: int) -> str:
    """The same outputs as one CASE each."""
    conditions = [
        f"balance >= {1_000_000 - i * 10_000}"
        + ("" if i % 2 else " AND home_branch IN ('North', 'South')")
        + f" AND age > {i % 50}"
        for i in range(rules)
    ]

    def case(value: Callable[[int], str]) -> str:
        return "CASE " + " ".join(f"WHEN {c} THEN {value(i)}" for i, c in enumerate(conditions)) + " END"

    tier, points, rule = case(lambda i: f"'t{i}'"), case(str), case(lambda i: f"'r{i}'")
    return f"SELECT *, {tier} AS tier, {points} AS points, {rule} AS tier_rule FROM customers"


def seconds(connection: duckdb.DuckDBPyConnection, query: str, name: str) -> float:
    """The best of three runs of a query into a table."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
        times.append(time.perf_counter() - start)
    return min(times)


def online_ms(decide: dmn.Compiled) -> tuple[float, float]:
    """Median and p99 of one row, in milliseconds, after the first."""
    row = {"Balance": 555_000, "Home Branch": "North", "Age": 44}
    decide.one(row)
    times = []
    for _ in range(500):
        start = time.perf_counter()
        decide.one(row)
        times.append((time.perf_counter() - start) * 1_000)
    return statistics.median(times), statistics.quantiles(times, n=100)[98]


def main(rows: int) -> int:
    """Print one line for each number of rules; 1 when a limit is passed."""
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    connection.execute(
        "CREATE TABLE customers AS SELECT i AS id, (random() * 1200000)::DECIMAL(18, 2) AS balance, "
        "(random() * 80)::INT AS age, ['North', 'South', 'West'][1 + (random() * 2.99)::INT] AS home_branch "
        f"FROM range({rows}) AS r(i)"
    )
    table = ibis.table(COLUMNS, name="customers")
    failed = False
    for rules in (1, 10, 100):
        start = time.perf_counter()
        decide = dmn.compile(model_of(rules), "Tier")
        query = ibis.to_sql(decide(table), dialect="duckdb")
        compiled_ms = (time.perf_counter() - start) * 1_000
        ours, hand = seconds(connection, query, "ours"), seconds(connection, by_hand(rules), "hand")
        (differing,) = connection.execute("SELECT count(*) FROM (FROM ours EXCEPT ALL FROM hand)").fetchall()[
            0
        ]
        median, p99 = online_ms(decide)
        failed = failed or ours > hand * RATIO_MAX or differing > 0
        print(
            f"{rules:4} rules: {rows / ours / 1e6:6.2f} million rows a second, "
            f"by hand {rows / hand / 1e6:6.2f} (ratio {ours / hand:.2f}, limit {RATIO_MAX}; "
            f"{differing} rows differ); "
            f"compiled in {compiled_ms:.0f} ms; one row {median:.2f} ms, p99 {p99:.2f} ms"
        )
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3_000_000))
