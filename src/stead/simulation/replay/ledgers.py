"""What was said and done, as each side of a replay has it: the real ledger, less what its plan lacked, plus
what it alone planned.

- A contact without an action stays. So does all that was logged before the replay's first night.
- A contact of an action stays where the side planned that action as well; otherwise it falls away, together
  with what became of the action.
- What a side alone planned for a day is taken to be done on that day, over the planned channel. On a night
  that was never really run nobody knows what was done; then all that was planned for the day is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from stead.extracts.delivery import quoted
from stead.night.engine import Engine
from stead.night.registry import practices
from stead.practice.night import Record

# The two records that tell what was said and done; engagement declares them.
CONTACTS, STATES = "ledger_contacts", "action_states"


def _empty(record: Record) -> str:
    """A record without rows, as a query."""
    columns = (f'NULL::{type_} AS "{name}"' for name, type_ in record.columns.items())
    return f"SELECT {', '.join(columns)} WHERE FALSE"


def _empties() -> dict[str, str]:
    return {record.name: _empty(record) for record in practices.get().records}


@dataclass(frozen=True)
class Place:
    """Where the results of one side of one night lie."""

    folder: Path

    def path(self, name: str) -> Path:
        """A table of the results."""
        return self.folder / f"{name}.parquet"


@dataclass(frozen=True)
class Past:
    """What one side of a night starts from.

    real: the snapshot that tells what was known when the night ran; None when there never was one.
    before: the snapshot that the nights until then were replayed with. plans: this side's nights under which
    the contacts new in `real` were logged; current: the same nights of the side in force. earlier: all of
    this side's nights until now. unplanned: such contacts may also come from nights that are not replayed.
    """

    real: Path | None
    before: Path | None
    plans: Sequence[Place]
    current: Sequence[Place]
    earlier: Sequence[Place]
    unplanned: bool


def build(engine: Engine, past: Past, into: Place) -> dict[str, Path]:
    """Write a side's ledger before a night, a table a record of the practices; where they lie, by name.

    Besides, `fresh`: the real contacts that came new and stayed; `dropped`: the ids of those that fell away.
    """
    _views(engine, past)
    is_first = not past.earlier
    kept_keys = _kept_keys(engine, past)
    new = "FALSE" if is_first else "id NOT IN (SELECT id FROM before_ledger_contacts)"
    falls = f"{new} AND action_key <> '' AND NOT {kept_keys}"
    earlier = _all(past.earlier, "dropped", "SELECT NULL::BIGINT id WHERE FALSE")
    engine.copy(f"SELECT id FROM real_ledger_contacts WHERE {falls}", into.path("dropped"))
    engine.copy(f"SELECT * FROM real_ledger_contacts WHERE {new} AND NOT ({falls})", into.path("fresh"), "id")
    dropped = f"SELECT id FROM ({earlier}) UNION ALL FROM read_parquet({quoted(str(into.path('dropped')))})"
    assumed = _all(past.earlier, "assumed", _empties()[CONTACTS], "* EXCLUDE (on_date)")
    contacts = f"FROM real_ledger_contacts WHERE id NOT IN ({dropped}) UNION ALL BY NAME {assumed}"
    engine.copy(contacts, into.path(CONTACTS))
    engine.copy(_states(past, kept_keys), into.path(STATES), "action_key")
    for record in practices.get().records:
        if record.name not in {CONTACTS, STATES}:
            engine.copy(_rows_of(record, kept_keys, is_first=is_first), into.path(record.name), *record.order)
    return {record.name: into.path(record.name) for record in practices.get().records}


def _rows_of(record: Record, kept_keys: str, *, is_first: bool) -> str:
    """A record of a practice: all of its rows, or those whose action the side has as well.

    What was there before the first night of the replay stays, as contacts do.
    """
    rows = f"FROM real_{record.name}"
    if record.in_replay == "kept" or is_first:
        return rows
    names = " AND ".join(f'b."{name}" = real_{record.name}."{name}"' for name in record.order)
    was_there = f"EXISTS (FROM before_{record.name} b WHERE {names})"
    return f"{rows} WHERE {was_there} OR coalesce(action_key, '') = '' OR {kept_keys}"


def _views(engine: Engine, past: Past) -> None:
    """The two snapshots as views."""
    for moment, folder in (("real", past.real), ("before", past.before)):
        for name, empty in _empties().items():
            path = folder / f"{name}.parquet" if folder else None
            # A practice that came later has no snapshot in the nights before it.
            source = f"FROM read_parquet({quoted(str(path))})" if path and path.exists() else empty
            engine.sql(f"CREATE OR REPLACE TEMP VIEW {moment}_{name} AS {source}")


def _kept_keys(engine: Engine, past: Past) -> str:
    """The condition on `action_key` under which what came new is kept."""
    engine.sql(f"CREATE OR REPLACE TEMP TABLE done_keys AS {_assumed_keys(past.plans)}")
    plans = []
    for side, current in zip(past.plans, past.current, strict=True):
        own = quoted(str(side.path("actions")))
        if side == current:
            # Whatever stands on the desk may be worked on, also what waits or was held back.
            plans.append(f"SELECT key FROM read_parquet({own})")
            continue
        other = quoted(str(current.path("actions")))
        plans.append(
            f"SELECT key FROM read_parquet({own}) mine LEFT JOIN read_parquet({other}) theirs USING (key)"
            " WHERE mine.status = 'today' OR mine.status = theirs.status"
        )
    engine.sql(
        "CREATE OR REPLACE TEMP TABLE planned AS SELECT DISTINCT key FROM ("
        + (" UNION ALL ".join(plans) or "SELECT NULL::VARCHAR AS key WHERE FALSE")
        + ")"
    )
    is_planned = "action_key IN (FROM planned)"
    if past.unplanned:
        others = " UNION ".join(
            f"SELECT key FROM read_parquet({quoted(str(place.path('actions')))})" for place in past.current
        )
        is_planned = f"({is_planned} OR action_key NOT IN ({others}))" if others else "TRUE"
    return f"(action_key NOT IN (FROM done_keys) AND {is_planned})"


def _assumed_keys(places: Sequence[Place]) -> str:
    """Keys that were taken to be done already: what really became of them must not count twice."""
    return _all(places, "assumed", "SELECT NULL::VARCHAR action_key WHERE FALSE", "action_key")


def _all(places: Sequence[Place], name: str, empty: str, columns: str = "*") -> str:
    """The rows of a table over several nights."""
    if not places:
        return empty
    files = ", ".join(quoted(str(place.path(name))) for place in places)
    return f"SELECT {columns} FROM read_parquet([{files}])"


def _states(past: Past, kept_keys: str) -> str:
    """What became of the actions: as this side had it, then what came new and stays, then what is assumed."""
    if not past.earlier:
        return "FROM real_action_states"
    last = past.earlier[-1]
    mine = quoted(str(last.path("action_states")))
    return f"""
        WITH news AS (
            SELECT r.* FROM real_action_states r
            WHERE {kept_keys.replace("action_key", "r.action_key")} AND NOT EXISTS (
                FROM before_action_states b WHERE b.action_key = r.action_key AND b.state = r.state
                AND b.on_date = r.on_date AND b.until IS NOT DISTINCT FROM r.until)
        ), assumed AS (
            SELECT action_key, customer_id, action_kind AS kind, 'done' AS state, on_date,
                NULL::DATE AS until
            FROM read_parquet({quoted(str(last.path("assumed")))})
        ), told AS (
            SELECT *, 2 AS turn FROM assumed UNION ALL BY NAME SELECT *, 1 AS turn FROM news
            UNION ALL BY NAME SELECT *, 0 AS turn FROM read_parquet({mine})
        )
        SELECT action_key, customer_id, kind, state, on_date, until FROM told
        QUALIFY row_number() OVER (PARTITION BY action_key ORDER BY turn DESC) = 1"""


def assume(
    engine: Engine, side: Place, current: Place, work_date: date, time_zone: str, *, all_done: bool
) -> int:
    """Write `assumed`: the contacts that a side's plan is taken to have led to; returns how many.

    all_done: the night was never really run, so that the whole plan counts, on both sides. Otherwise what
    `side` planned for the day and `current` did not.
    """
    noon = datetime.combine(work_date, time(12), ZoneInfo(time_zone)).astimezone(UTC)
    own, other = (quoted(str(place.path("actions"))) for place in (side, current))
    if all_done:
        wanted = "TRUE"
    elif side == current:
        wanted = "FALSE"
    else:
        wanted = f"key NOT IN (SELECT key FROM read_parquet({other}) WHERE status = 'today')"
    return engine.copy(
        f"""SELECT NULL::BIGINT AS id, customer_id, banker_id, TIMESTAMPTZ '{noon.isoformat()}' AS "at",
            channel, message_class, 'out' AS direction, 'reached' AS outcome, key AS action_key,
            kind AS action_kind, DATE '{work_date}' AS on_date
        FROM read_parquet({own}) WHERE status = 'today' AND {wanted}""",
        side.path("assumed"),
        "action_key",
    )
