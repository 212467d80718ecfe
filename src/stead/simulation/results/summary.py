"""What is different: a replay in numbers. Each is counted from the rows that its list of customers shows."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from stead.night.engine import Engine
from stead.simulation.replay.periods import Period
from stead.simulation.results import shelves
from stead.simulation.results.tables import (
    BOTH,
    CARRIED,
    CURRENT,
    DRAFT,
    EACH,
    HELD,
    OWED,
    PLANNED,
    SIDES,
    WHOLE,
    Results,
    hours,
    listed_actions,
    made,
    red,
    services,
)

# What each number counts, for who reads it as JSON; the pages say it beside the number.
DEFINITIONS = {
    "tiers": "customers by the tier of the version in force, then of the draft, at the end of the night",
    "stages": "customers by life stage",
    "warnings": "customers by warning: 0 none, 1 yellow, 2 orange, 3 red",
    "owed": "needs that are due on the work date: planned, carried over and held back",
    "planned": "actions that stand in a banker's day",
    "held": "needs held back, by the reason that the contact policy gives",
    "carried": "needs that did not fit into the banker's minutes",
    "made": "contacts that arrived: real ones whose action the side planned, and assumed ones",
    "assumed": "contacts taken to be made: the side alone planned them, or the night was never really run",
    "over": "customers who hear more than a limit of the side's own handbook allows, the day's plan included",
    "overdue": "open needs whose last day lies before the work date",
    "minutes": "minutes of the actions in the bankers' days; capacity: the minutes that they have",
    "services": "customers with a kind of action in a day's plan, or a right to contacts, on one side alone",
    "measures": "what the practices count, each in the unit of its declaration",
    "red": "red warnings, and those that a day's plan had by their last day or on the first day replayed",
}


def summarise(
    engine: Engine, results: Results, period: Period, current: Mapping[date, str]
) -> dict[str, Any]:
    """The whole summary. current: the version in force on each night.

    Writes what is asked of all nights together, and the runs of every file that lists are read from.
    """
    shelve(engine, results)
    nights = [_night(engine, results, day) for day in results.days]
    for told, night in zip(nights, period.nights, strict=True):
        told["run"] = night.run.run_id if night.run else ""
        told["current"] = current[night.day]
        # Then the night that was really run is not what stands here as the side in force.
        told["ran_by"] = night.run.version if night.run and night.run.version != current[night.day] else ""
    return {
        "nights": nights,
        "actions": _actions(engine, results),
        "held": _held(engine, results),
        "branches": _branches(engine, results),
        "services": _services(engine, results),
        "red": {side: _red(engine, results, side) for side in SIDES},
        "made": _made(engine, results),
        "definitions": DEFINITIONS,
    }


def shelve(engine: Engine, results: Results) -> None:
    """Make ready for the lists what the nights wrote.

    The runs of `services` are written last: with them all lists are there.
    """
    for day in results.days:
        both = results.path(day, "", "hours")
        engine.copy(f"SELECT * FROM {hours(results, day)}", both, *BOTH["hours"].order, is_listed=True)
        for name, listed in BOTH.items():
            shelves.count(engine, results.path(day, "", name), listed.by)
        for side in SIDES:
            for name, listed in EACH.items():
                shelves.count(engine, results.path(day, side, name), listed.by)
    sources = {
        (name, f"{name}-{side}"): source(results, side)
        for side in SIDES
        for name, source in (("actions", listed_actions), ("made", made), ("red", red))
    }
    for (name, file), source in (sources | {("services", "services"): services(results)}).items():
        path, listed = results.whole(file), WHOLE[name]
        engine.copy(f"SELECT * FROM {source}", path, *listed.order, is_listed=True)
        shelves.count(engine, path, listed.by)


def _night(engine: Engine, results: Results, day: date) -> dict[str, Any]:
    """One night in numbers."""
    tiers = engine.sql(
        f"""SELECT tier_current, tier_draft, count(*) FROM {results.one(day, "", "tiers")}
        GROUP BY ALL ORDER BY ALL"""
    )
    return {
        "day": day.isoformat(),
        "tiers": [list(row) for row in tiers],
        "customers": sum(row[2] for row in tiers),
        "sides": {side: _side(engine, results, day, side) for side in SIDES},
    }


def _side(engine: Engine, results: Results, day: date, side: str) -> dict[str, Any]:
    """One side of a night in numbers."""

    def counts(name: str, column: str) -> dict[str, int]:
        source = results.one(day, side, name)
        return dict(engine.sql(f"SELECT {column}::VARCHAR, count(*) FROM {source} GROUP BY 1 ORDER BY 1"))

    [numbers] = engine.sql(
        f"""SELECT count(*) FILTER (WHERE {OWED}), count(*) FILTER (WHERE {PLANNED}),
            count(*) FILTER (WHERE {HELD}), count(*) FILTER (WHERE {CARRIED}),
            count(*) FILTER (WHERE overdue)
        FROM {results.one(day, side, "actions")}"""
    )
    [hours] = engine.sql(
        f"""SELECT coalesce(sum(minutes), 0)::BIGINT, coalesce(sum(capacity_minutes), 0)::BIGINT,
            count(*) FILTER (WHERE minutes > capacity_minutes)
        FROM {results.one(day, side, "bankers")}"""
    )
    names = ("owed", "planned", "held", "carried", "overdue")
    over = engine.sql(f"SELECT count(*) FROM {results.one(day, side, 'over')}")[0][0]
    assumed = engine.sql(f"SELECT count(*) FROM {results.one(day, side, 'assumed')}")[0][0]
    measures = f"SELECT measure, sum(value) FROM {results.one(day, side, 'measured')} GROUP BY 1 ORDER BY 1"
    return {
        "tiers": counts("standings", "tier"),
        "stages": counts("standings", "stage"),
        "warnings": counts("warnings", "warning"),
        **dict(zip(names, numbers, strict=True)),
        **dict(zip(("minutes", "capacity", "bankers_over"), hours, strict=True)),
        "over": over,
        "assumed": assumed,
        "measures": {name: str(total) for name, total in engine.sql(measures)},
    }


def _actions(engine: Engine, results: Results) -> list[dict[str, Any]]:
    """Needs of all nights by clause, kind, class and channel, and what the sides do with them."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for side in SIDES:
        source = results.every(side, "actions", "clause, kind, message_class, channel, status")
        rows = engine.sql(
            f"""SELECT clause, kind, message_class, channel, count(*) FILTER (WHERE {OWED}),
                count(*) FILTER (WHERE {PLANNED}), count(*) FILTER (WHERE {HELD}),
                count(*) FILTER (WHERE {CARRIED})
            FROM {source} GROUP BY ALL ORDER BY ALL"""
        )
        for *key, owed, planned, held, carried in rows:
            numbers = {"owed": owed, "planned": planned, "held": held, "carried": carried}
            found.setdefault(tuple(key), {})[side] = numbers
    none = dict.fromkeys(("owed", "planned", "held", "carried"), 0)
    names = ("clause", "kind", "message_class", "channel")
    return [
        dict(zip(names, key, strict=True)) | {side: sides.get(side, none) for side in SIDES}
        for key, sides in sorted(found.items())
    ]


def _held(engine: Engine, results: Results) -> list[dict[str, Any]]:
    """Needs held back, by reason."""
    sources = {side: results.every(side, "actions", "held_reason, status") for side in SIDES}
    query = "SELECT held_reason, count(*) FROM {source} WHERE " + HELD + " GROUP BY 1"
    return _beside(
        {side: engine.sql(query.format(source=source)) for side, source in sources.items()}, "reason"
    )


def _beside(counts: Mapping[str, list[tuple[Any, ...]]], name: str) -> list[dict[str, Any]]:
    """Pairs of a name and a number, the two sides beside each other."""
    sides = {side: dict(rows) for side, rows in counts.items()}
    keys = sorted({key for numbers in sides.values() for key in numbers})
    return [{name: key} | {side: numbers.get(key, 0) for side, numbers in sides.items()} for key in keys]


def _branches(engine: Engine, results: Results) -> list[dict[str, Any]]:
    """Minutes by branch over all nights, against the capacity of its bankers."""
    columns = "banker_id, branch_id, capacity_minutes, minutes"
    now, then = (results.every(side, "bankers", columns) for side in SIDES)
    rows = engine.sql(
        f"""SELECT n.branch_id, sum(n.capacity_minutes)::BIGINT, sum(n.minutes)::BIGINT,
            sum(t.minutes)::BIGINT
        FROM {now} n JOIN {then} t USING (night, banker_id) GROUP BY 1 ORDER BY 1"""
    )
    return [dict(zip(("branch_id", "capacity", CURRENT, DRAFT), row, strict=True)) for row in rows]


def _services(engine: Engine, results: Results) -> list[dict[str, Any]]:
    """How many customers gain and lose each service."""
    rows = engine.sql(
        f"""SELECT kind, count(*) FILTER (WHERE change = 'gain'), count(*) FILTER (WHERE change = 'lose')
        FROM {results.source("services")} GROUP BY 1 ORDER BY 1"""
    )
    return [{"kind": kind, "gain": gain, "lose": lose} for kind, gain, lose in rows]


def _red(engine: Engine, results: Results, side: str) -> dict[str, int]:
    """Red warnings raised, and those planned in time."""
    [row] = engine.sql(
        f"SELECT count(*), count(*) FILTER (WHERE in_time) FROM {results.source(f'red-{side}')}"
    )
    return {"raised": row[0], "in_time": row[1]}


def _made(engine: Engine, results: Results) -> list[dict[str, Any]]:
    """Contacts made, by clause (empty: no action asked for it), class and channel; of which assumed."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for side in SIDES:
        rows = engine.sql(
            f"""SELECT clause, message_class, channel, count(*), count(*) FILTER (WHERE is_assumed)
            FROM {results.source(f"made-{side}")} GROUP BY ALL ORDER BY ALL"""
        )
        for *key, count, assumed in rows:
            found.setdefault(tuple(key), {})[side] = {"made": count, "assumed": assumed}
    none = {"made": 0, "assumed": 0}
    names = ("clause", "message_class", "channel")
    return [
        dict(zip(names, key, strict=True)) | {side: sides.get(side, none) for side in SIDES}
        for key, sides in sorted(found.items())
    ]
