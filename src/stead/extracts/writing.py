"""From rows to a delivery: checks every table against the contract and writes it whole, or not at all."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock, Timeout

from stead.core.formats import counted
from stead.extracts import reject_files
from stead.extracts.checks import Setting
from stead.extracts.checks_amounts import set_large_balances_aside, set_large_bookings_aside
from stead.extracts.checks_balances import Needed, judge_balances
from stead.extracts.checks_shares import set_unowned_aside
from stead.extracts.checks_table import Staged, check, count_set_aside, finish, reject_groups, stage, write
from stead.extracts.checks_ties import set_contradictions_aside
from stead.extracts.comparison import Comparison, differences, measures_of, old_files
from stead.extracts.contract import DUCKDB_TYPES, Extract, all_extracts, by_name
from stead.extracts.delivery import (
    Bank,
    ContractError,
    DeliveredTable,
    Delivery,
    RejectGroup,
    as_json,
    file_sha256,
    folder_of,
    last_good,
    old_folder,
    quoted,
    refused_folder,
)
from stead.extracts.raw_copies import RawCopy
from stead.extracts.values import Forms

Progress = Callable[[str, int, int], None]  # what is being done, steps done, steps in all
Counted = Callable[[str, int, int], None]  # a raw file or table that is done, its rows, those set aside
Explain = Callable[[str, Exception], Exception]  # table, error of its query: the error to raise instead
REJECT_LIMIT = 0.01  # of a table's rows; above it the delivery is refused


def silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody looks at."""


def uncounted(_what: str, _rows: int, _set_aside: int) -> None:
    """Counts of rows that nobody looks at."""


@dataclass(frozen=True)
class Watch:
    """Who is told how far an extract is."""

    progress: Progress = silent
    counted: Counted = uncounted


UNWATCHED = Watch()


def connect(work: Path, memory: str = "4GiB", threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB for an extract, which keeps what does not fit into memory in a folder under `work`."""
    con = duckdb.connect()
    con.execute(f"SET memory_limit = {quoted(memory)}")
    con.execute(f"SET temp_directory = {quoted(str(work / 'spill'))}")
    if threads:
        con.execute(f"SET threads = {int(threads)}")
    return con


@contextmanager
def work_folder(lake: Path, day: date, *, is_trial: bool = False) -> Iterator[Path]:
    """An empty folder beside the extracts in which to build them; gone afterwards, whatever happened.

    is_trial: one of its own, so that a trial and an extract of the day do not wait for each other.

    Raises ContractError when another extract of this date is at work. A folder that a killed extract left
    behind is emptied first.
    """
    extracts = lake / "extracts"
    extracts.mkdir(parents=True, exist_ok=True)
    name = f".{day.isoformat()}.trial" if is_trial else f".{day.isoformat()}"
    work = extracts / f"{name}.part"
    # Its end is the end of the process, also of a killed one; a kind of lock that outlives it will not do.
    lock = FileLock(extracts / f"{name}.lock", timeout=0, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        raise ContractError(
            f"{folder_of(lake, day)}: another extract of {day} is running; wait for it."
        ) from None
    try:
        old, folder = old_folder(folder_of(lake, day)), folder_of(lake, day)
        if old.exists() and not folder.exists():
            old.rename(folder)
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)
    finally:
        lock.release()


@dataclass(frozen=True)
class Plan:
    """What is to be delivered, and under which conditions."""

    day: date
    lake: Path
    bank: Bank
    reject_limit: float = REJECT_LIMIT
    forms: Forms = field(default_factory=Forms)
    progress: Progress = silent
    counted: Counted = uncounted
    explain: Explain | None = None  # turns the error of a table's query into one that names its file
    lines: tuple[RejectGroup, ...] = ()  # lines of raw files that are no rows at all
    comparison: Comparison | None = None  # None: it is held against nothing
    is_trial: bool = False  # nothing is kept: the delivery is only looked at
    copies: tuple[RawCopy, ...] = ()  # the raw rows, to show whole beside what was wrong in them


def check_and_write(
    con: duckdb.DuckDBPyConnection,
    tables: Mapping[str, str],
    *,
    day: date,
    lake: Path,
    bank: Bank,
    reject_limit: float = REJECT_LIMIT,
    progress: Progress = silent,
) -> Delivery:
    """Check tables that some program made against the contract, and write them as the delivery of a day.

    tables: for each table of the contract what stands behind FROM: a view, a table, `read_parquet(...)` or
    a query in brackets; each is read once. Rows that already stand in order of the key are not sorted again.
    Raises ContractError when a table or a column is missing. See `Delivery.refused` for too many rejects.
    """
    plan = Plan(day=day, lake=lake, bank=bank, reject_limit=reject_limit, progress=progress)
    with work_folder(lake, day) as work:
        return deliver(con, tables, work, plan)


def deliver(con: duckdb.DuckDBPyConnection, tables: Mapping[str, str], work: Path, plan: Plan) -> Delivery:
    """Build a delivery in the folder `work`, then put it into its place in the lake in one step."""
    _check_tables(tables)
    # The check that keys ascend reads neighbours, and the bytes of a file are to repeat.
    con.execute("SET preserve_insertion_order = true")
    setting = Setting(plan.day, plan.bank.book_currency, plan.forms)
    done: dict[str, Staged] = {}
    for number, extract in enumerate(all_extracts()):
        plan.progress(extract.name, number, len(all_extracts()) + 1)
        try:
            staged = stage(con, extract, tables.get(extract.name) or _no_rows(extract), work, setting)
        except (duckdb.Error, ContractError) as error:
            raise plan.explain(extract.name, error) if plan.explain else error from error
        write(con, staged, ordered=check(con, staged))
        done[extract.name] = staged
        if extract.name == "relationships":
            set_contradictions_aside(con, staged)
        elif extract.name == "holders":
            set_unowned_aside(con, done["accounts"], staged)
        elif extract.name == "balances":
            set_large_balances_aside(con, staged)
            unknown, needed = judge_balances(con, done, work)
        elif extract.name == "transactions":
            set_large_bookings_aside(con, staged)
        plan.counted(extract.name, staged.rows, count_set_aside(con, staged))
    plan.progress("delivery.json", len(all_extracts()), len(all_extracts()) + 1)
    for staged in done.values():
        finish(con, staged)
    reject_files.complete(con, work / "rejects", plan.copies)
    groups = [*plan.lines, *(group for staged in done.values() for group in reject_groups(con, staged))]
    delivery = Delivery(
        date=plan.day,
        folder=folder_of(plan.lake, plan.day),
        bank=plan.bank,
        tables={
            name: DeliveredTable(staged.rows - staged.rejected, staged.rejected, file_sha256(staged.final))
            for name, staged in done.items()
        },
        rejects=tuple(groups),
        refused=_refusal(done, needed, plan),
        unknown_balances=unknown,
        needed=needed.as_json(),
        **_compared(con, done, plan),
    )
    if not delivery.is_good:
        delivery = replace(delivery, folder=refused_folder(delivery.folder))
    if not plan.is_trial:
        _put_in_place(delivery, work)
    plan.progress("delivery.json", len(all_extracts()) + 1, len(all_extracts()) + 1)
    return delivery


def _compared(con: duckdb.DuckDBPyConnection, done: Mapping[str, Staged], plan: Plan) -> dict[str, Any]:
    """What is measured of the delivery, how it differs beyond the limits, and who took it all the same."""
    if plan.comparison is None:
        return {}
    tables = {name: staged.final for name, staged in done.items()}
    rows = {name: staged.rows - staged.rejected for name, staged in done.items()}
    now = measures_of(con, tables, rows, plan.comparison.files, plan.day)
    differs = plan.comparison.control({name: staged.source for name, staged in done.items()})
    differs += old_files(plan.comparison.files, plan.comparison.limits, plan.day)
    differs += differences(con, tables, now, last_good(plan.lake, plan.day), plan.comparison.limits)
    accepted = plan.comparison.accepted if differs else None
    return {"measures": now, "differs": tuple(differs), "accepted": accepted}


def _check_tables(tables: Mapping[str, str]) -> None:
    missing = [each.name for each in all_extracts() if not each.optional and each.name not in tables]
    if missing:
        raise ContractError(f"Not delivered: {', '.join(missing)}; the contract requires these tables.")
    unknown = [name for name in tables if name not in by_name()]
    if unknown:
        raise ContractError(
            f"The contract knows no table {', '.join(unknown)}; right would be one of {', '.join(by_name())}."
        )


def _no_rows(extract: Extract) -> str:
    columns = ", ".join(f'NULL::{DUCKDB_TYPES[column.kind]} AS "{column.name}"' for column in extract.columns)
    return f"(SELECT {columns} WHERE false)"


def _refusal(done: Mapping[str, Staged], needed: Needed, plan: Plan) -> str:
    """Why the delivery may not be used; empty when it may."""
    over = [
        f"{name}: {staged.rejected:,} of {staged.rows:,} rows set aside ({staged.rejected / staged.rows:.2%})"
        for name, staged in done.items()
        if staged.rows and staged.rejected > plan.reject_limit * staged.rows
    ]
    over += [
        f"{group.table}: {counted(group.count, 'line')} set aside ({group.share:.2%})"
        for group in plan.lines
        if group.share > plan.reject_limit
    ]
    over += needed.over(plan.reject_limit, plan.day)
    return (
        f"More than {plan.reject_limit:.2%} of a table was set aside or is missing. {'; '.join(over)}."
        if over
        else ""
    )


def _put_in_place(delivery: Delivery, work: Path) -> None:
    """Make the built folder the delivery of its day. Until the last step the old one stays as it was.

    One that no night may read lies beside the good one of that day and never takes its place.
    """
    for scratch in ("stage", "raw", "spill"):
        shutil.rmtree(work / scratch, ignore_errors=True)
    text = json.dumps(as_json(delivery), ensure_ascii=False, indent=1)
    (work / "delivery.json").write_text(text + "\n", encoding="utf-8")
    old = old_folder(delivery.folder)
    shutil.rmtree(old, ignore_errors=True)
    if delivery.folder.exists():
        delivery.folder.rename(old)
    work.rename(delivery.folder)
    shutil.rmtree(old, ignore_errors=True)
    if delivery.is_good:
        shutil.rmtree(refused_folder(delivery.folder), ignore_errors=True)
