"""Decision tables on DuckDB: rows a second beside the same CASE written by hand, and beside peers row by row.

Run with `make bench-dmn` or `python -m bench.dmn [ROWS]` (1,000,000 by default). Tables: the handbook's tier
and warning, and invented ones of 1, 10 and 100 rules. Limits: at most 1.2 times the hand-written query, and
1,000 times the rows a second of SpiffWorkflow's DMN engine and of pyDMNrules, which are measured on as many
of the same rows as they do in a few seconds. Prints also how long compiling takes, and one row online.
"""

import json
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.datatypes as idt

from stead import dmn

RATIO_MAX = 1.2
PEERS_MIN = 1_000
PEER_ROWS = 2_000
ROOT = Path(__file__).parents[1]
NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"
# How the values of each column are made, in SQL, so that every rule of the tables matches some rows.
AMOUNT = "(random() ** 6 * {})::DECIMAL(18, 2)"
NAMES = "['{}'][1 + (random() * {}.99)::INT]"


@dataclass(frozen=True)
class Subject:
    """A decision to measure: its model, and for each column its type and the SQL that makes its values."""

    model: dmn.Model
    decision: str
    columns: dict[str, tuple[str, str]]

    @property
    def table(self) -> dmn.DecisionTable:
        """The decision table."""
        table = self.model.decisions[self.decision].table
        assert table is not None
        return table


def handbook() -> list[Subject]:
    """The tier and warning tables of the handbook."""
    ratio = ("decimal(18, 4)", "(random() * 2 - 1)::DECIMAL(18, 4)")
    tier = {
        "assets_average": ("decimal(18, 2)", AMOUNT.format(20_000_000)),
        "contribution_12m": ("decimal(18, 2)", AMOUNT.format(200_000)),
        "potential": ("string", NAMES.format("high', 'medium', 'low", 2)),
    }
    warning = {
        "tier": ("int64", "(random() * 4)::BIGINT"),
        "assets_30d_ago": ("decimal(18, 2)", AMOUNT.format(5_000_000)),
        "assets_change_30d_ratio": ratio,
        "outflow_largest_own_30d_ratio": ratio,
        "maturity_past_7d_unreinvested": ("decimal(18, 2)", AMOUNT.format(500_000)),
        "login_days": ("int64", "(random() * 200)::BIGINT"),
    }
    return [
        Subject(dmn.read(ROOT / "handbook/2.2/tier.dmn"), "tier", tier),
        Subject(dmn.read(ROOT / "handbook/2.4/warning.dmn"), "warning", warning),
    ]


def invented(rules: int) -> Subject:
    """A first-hit table with three inputs and two outputs: a threshold, names in every other rule, an age."""
    names = (("balance", "number"), ("home_branch", "string"), ("age", "number"))
    inputs = "".join(
        f'<input><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for name, kind in names
    )
    cells = [
        (f"&gt;= {1_000_000 - i * 10_000}", "-" if i % 2 else '"North","South"', f"&gt; {i % 50}")
        for i in range(rules)
    ]
    rows = "".join(
        f'<rule id="r{i}">'
        + "".join(f"<inputEntry><text>{cell}</text></inputEntry>" for cell in row)
        + f'<outputEntry><text>"t{i}"</text></outputEntry><outputEntry><text>{i}</text></outputEntry></rule>'
        for i, row in enumerate(cells)
    )
    xml = (
        f'<definitions xmlns="{NAMESPACE}" name="bench"><decision id="d" name="rules_{rules}">'
        f'<decisionTable hitPolicy="FIRST">{inputs}<output name="grade" typeRef="string"/>'
        f'<output name="points" typeRef="number"/>{rows}</decisionTable></decision></definitions>'
    )
    columns = {
        "balance": ("decimal(18, 2)", "(random() * 1200000)::DECIMAL(18, 2)"),
        "home_branch": ("string", NAMES.format("North', 'South', 'West", 2)),
        "age": ("int32", "(random() * 80)::INT"),
    }
    return Subject(dmn.read(xml.encode()), f"rules_{rules}", columns)


def in_sql(column: str, cell: str) -> str:
    """A plain cell as somebody would write it in SQL."""
    if cell[0] in "<>":
        return f"{column} {cell}"
    if ".." in cell:
        low, _, high = cell[1:-1].partition("..")
        return f"{column} BETWEEN {low} AND {high}"
    return f"{column} IN ({cell.replace(chr(34), chr(39))})"


def by_hand(subject: Subject, prefix: str) -> str:
    """The same outputs as one CASE each."""
    table = subject.table
    names = [clause.expression for clause in table.inputs]
    conditions = [
        " AND ".join(in_sql(n, c) for n, c in zip(names, rule.inputs, strict=True) if c != "-") or "true"
        for rule in table.rules
    ]

    def case(values: list[str]) -> str:
        pairs = zip(conditions, values, strict=True)
        return "CASE " + " ".join(f"WHEN {c} THEN {v.replace(chr(34), chr(39))}" for c, v in pairs) + " END"

    outputs = [
        f"{case([rule.outputs[i] for rule in table.rules])} AS {prefix}{clause.name}"
        for i, clause in enumerate(table.outputs)
    ]
    rule = f"{case([repr(rule.id) for rule in table.rules])} AS {prefix}{subject.decision}_rule"
    return f"SELECT id, {', '.join([*outputs, rule])} FROM given"


def seconds(connection: duckdb.DuckDBPyConnection, query: str, outputs: list[str]) -> float:
    """One run of a query over all rows; only the largest of each output is kept."""
    asked = ", ".join(f"max({output})" for output in outputs)
    start = time.perf_counter()
    connection.execute(f"SELECT {asked} FROM ({query})").fetchall()
    return time.perf_counter() - start


def online_ms(decide: dmn.Compiled, row: dict[str, Any]) -> tuple[float, float]:
    """Median and p99 of one row, in milliseconds, after the first."""
    decide.one(row)
    times = []
    for _ in range(500):
        start = time.perf_counter()
        decide.one(row)
        times.append((time.perf_counter() - start) * 1_000)
    return statistics.median(times), statistics.quantiles(times, n=100)[98]


def on_columns(subject: Subject, rows: int) -> tuple[bool, float, dict[str, Any]]:
    """Measures and prints a table on DuckDB: whether a limit was passed, rows a second, the peers' work."""
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    made = ", ".join(f"{sql} AS {name}" for name, (_, sql) in subject.columns.items())
    connection.execute(f"CREATE TABLE given AS SELECT i AS id, {made} FROM range({rows}) AS r(i)")
    start = time.perf_counter()
    decide = dmn.compile(subject.model, subject.decision)
    schema: dict[str, idt.DataType | str] = {"id": "int64"}
    schema |= {name: kind for name, (kind, _) in subject.columns.items()}
    decided = decide(ibis.table(schema, name="given"), "x_").drop(*subject.columns)
    query = ibis.to_sql(decided, dialect="duckdb")
    compiled_ms = (time.perf_counter() - start) * 1_000
    # In turns, so that what else the machine does meets both; the best of five counts.
    outputs, theirs = [name for name in decided.columns if name != "id"], by_hand(subject, "x_")
    pairs = [(seconds(connection, query, outputs), seconds(connection, theirs, outputs)) for _ in range(5)]
    ours, hand = (min(times) for times in zip(*pairs, strict=True))
    connection.execute(f"CREATE TABLE ours AS {query}")
    connection.execute(f"CREATE TABLE hand AS {theirs}")
    differing = connection.execute("SELECT count(*) FROM (FROM ours EXCEPT ALL FROM hand)").fetchall()[0][0]
    few = connection.execute(f"FROM given JOIN ours USING (id) ORDER BY id LIMIT {PEER_ROWS}")
    names = [column[0] for column in few.description or ()]
    sample = [dict(zip(names, row, strict=True)) for row in few.fetchall()]
    median, p99 = online_ms(decide, {name: sample[0][name] for name in subject.columns})
    print(
        f"{subject.decision:10} {len(subject.table.rules):4} rules: {rows / ours / 1e6:6.2f} million rows "
        f"a second, by hand {rows / hand / 1e6:6.2f} (ratio {ours / hand:.2f}, limit {RATIO_MAX}; "
        f"{differing} rows differ); compiled in {compiled_ms:.0f} ms; "
        f"one row {median:.2f} ms, p99 {p99:.2f} ms"
    )
    return ours > hand * RATIO_MAX or differing > 0, rows / ours, for_peers(subject, sample)


def for_peers(subject: Subject, sample: list[dict[str, Any]]) -> dict[str, Any]:
    """What bench/dmn_peers.py needs of a table, with our outputs to compare."""
    table = subject.table

    def plain(value: Any) -> Any:
        return value if value is None or isinstance(value, str | int) else float(value)

    return {
        "name": subject.decision,
        "inputs": [(clause.expression, clause.type) for clause in table.inputs],
        "outputs": [(clause.name, clause.type) for clause in table.outputs],
        "rules": [[*rule.inputs, *rule.outputs] for rule in table.rules],
        "rows": [{name: plain(row[name]) for name in subject.columns} for row in sample],
        "ours": [{c.name: plain(row[f"x_{c.name}"]) for c in table.outputs} for row in sample],
    }


def beside_peers(work: list[dict[str, Any]], ours: dict[str, float]) -> bool:
    """Prints the peers' rows a second; whether one is nearer than the limit or decides otherwise."""
    command = [sys.executable, "-m", "bench.dmn_peers"]
    done = subprocess.run(
        command, input=json.dumps(work), capture_output=True, text=True, cwd=ROOT, check=False
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        print(f"peers: not measured: {reason}")
        print("       pip install --require-hashes -r requirements-bench.lock brings them")
        return False
    is_passed = False
    for one in work:
        for peer, found in json.loads(done.stdout)[one["name"]].items():
            speed, outputs = found["rows_a_second"], found["outputs"]
            times = ours[one["name"]] / speed
            pairs = zip(outputs, one["ours"], strict=False)
            differing = sum(any(got.get(name) != v for name, v in mine.items()) for got, mine in pairs)
            is_passed = is_passed or times < PEERS_MIN or differing > 0
            print(
                f"{one['name']:10} {peer:13}: {speed:9,.0f} rows a second over {len(outputs):,} rows, "
                f"ours {times:9,.0f} times (limit {PEERS_MIN:,}); {differing} rows differ"
            )
    return is_passed


def main(rows: int) -> int:
    """Print one line for each table and peer; 1 when a limit is passed."""
    is_passed, work, speeds = False, [], {}
    for subject in (*handbook(), *(invented(rules) for rules in (1, 10, 100))):
        over, speed, peers = on_columns(subject, rows)
        is_passed = is_passed or over
        speeds[subject.decision] = speed
        work.append(peers)
    return int(beside_peers(work, speeds) or is_passed)


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
