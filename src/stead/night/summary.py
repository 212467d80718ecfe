"""The bank in counts after a night: kept in the manifest, shown to officers."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import duckdb

from stead.extracts.delivery import quoted


class ActionCount(TypedDict):
    """How often a clause asked for something, and what became of it."""

    clause: str
    kind: str
    status: str
    held_reason: str
    count: int


class Summary(TypedDict):
    """Customers by tier, stage and warning, without those who left or died; actions by clause.

    Amounts are texts, exact.
    """

    customers: int
    assets: str
    tiers: dict[str, int]
    stages: dict[str, int]
    warnings: dict[str, int]
    actions: list[ActionCount]
    unknown: int  # customers whose assets are unknown, and not in the sum


def summarise(published: Path) -> Summary:
    """Count what was published. `published`: the folder with standing.parquet and action.parquet."""
    with duckdb.connect() as connection:

        def counts(column: str) -> dict[str, int]:
            rows = connection.execute(
                f"SELECT {column}::VARCHAR, count(*) FROM standing WHERE ended = '' GROUP BY 1 ORDER BY 1"
            ).fetchall()
            return dict(rows)

        for name in ("standing", "action"):
            connection.read_parquet(str(published / f"{name}.parquet")).create_view(name)
        total = connection.execute(
            "SELECT count(*), coalesce(sum(assets_now), 0), count(*) - count(assets_now) FROM standing"
            " WHERE ended = ''"
        ).fetchone()
        actions = connection.execute(
            """
            SELECT clause, kind, status, held_reason, count(*) FROM action
            GROUP BY ALL ORDER BY ALL
            """
        ).fetchall()
        customers, assets, unknown = total or (0, 0, 0)
        return Summary(
            customers=customers,
            unknown=unknown,
            assets=str(assets),
            tiers=counts("tier"),
            stages=counts("stage"),
            warnings=counts("warning"),
            actions=[
                ActionCount(clause=clause, kind=kind, status=status, held_reason=held, count=count)
                for clause, kind, status, held, count in actions
            ],
        )


@dataclass(frozen=True)
class Fired:
    """How many decisions a rule of a table made in a night."""

    table: str  # "2.2/tier"
    rule_id: str
    count: int


def firings(files: Iterable[tuple[str, Path, str]]) -> list[Fired]:
    """Count the rules in tables of a night: (decision table, Parquet file, column of the rule id)."""
    found = []
    with duckdb.connect() as connection:
        for table, path, column in files:
            rows = connection.execute(
                f"SELECT {column}, count(*) FROM read_parquet({quoted(str(path))})"
                f" WHERE {column} <> '' GROUP BY 1 ORDER BY 1"
            ).fetchall()
            found += [Fired(table, rule_id, count) for rule_id, count in rows]
    return found
