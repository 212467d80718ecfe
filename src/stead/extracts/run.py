"""One core system's raw files become the delivery of a day."""

from datetime import date, datetime
from functools import partial
from pathlib import Path

import duckdb

from stead.extracts.comparison import Comparison, ReadFile, nothing_told
from stead.extracts.control_totals import control_differences
from stead.extracts.delivery import Accepted, Delivery
from stead.extracts.limits import limits_of
from stead.extracts.mapping import CONTROL, Mapping, prepare, query_of, raise_all, read_mapping
from stead.extracts.mapping_check import data_faults, query_faults
from stead.extracts.raw_files import RawFile
from stead.extracts.sample import sampled
from stead.extracts.sources import look_for_files, read_sources
from stead.extracts.writing import REJECT_LIMIT, UNWATCHED, Plan, Watch, connect, deliver, work_folder


def run_extract(
    mapping: Path,
    source: Path,
    day: date,
    lake: Path,
    reject_limit: float = REJECT_LIMIT,
    watch: Watch = UNWATCHED,
    *,
    accepted: Accepted | None = None,
    is_trial: bool = False,
    sample: int | None = None,
) -> Delivery:
    """Read the raw files in `source` by the mapping in the folder `mapping` and deliver them into the lake.

    Raises ContractError, with the lake as it was, when the mapping or a file cannot be read: the message
    names file, line or column, and what was expected. Rows that are wrong are set aside; when they are more
    than `reject_limit` (0.01 is 1 %) of a table, or when the delivery differs from the last good one by more
    than the limits of the mapping, it is marked so and lies beside the good one of that day.
    watch: told what is being done, and the rows of each raw file and table that is done.
    accepted: who takes it although it differs, and why. is_trial: nothing is kept. sample: a trial of so many
    customers and what belongs to them, held against nothing.
    """
    is_trial = is_trial or sample is not None
    told, faults = read_mapping(mapping)
    with work_folder(lake, day, is_trial=is_trial) as work:
        con = connect(work)
        try:
            watch.progress("raw files", 0, 1)
            found = look_for_files(con, told, source, day, work)
            raise_all([*faults, *found.faults, *query_faults(told, day)])
            read = read_sources(con, told, found, work, watch)
            tables = prepare(con, told, day)
            explain = partial(data_faults, con, told, tables)
            comparison = None
            if sample is not None:
                tables = sampled(con, tables, sample, explain)
            else:
                comparison = _comparison(con, told, day, list(found.headers), accepted)
            plan = Plan(
                day=day,
                lake=lake,
                bank=told.bank,
                reject_limit=reject_limit,
                forms=told.forms,
                progress=watch.progress,
                counted=watch.counted,
                explain=explain,
                lines=tuple(read.groups),
                comparison=comparison,
                is_trial=is_trial,
                copies=tuple(read.copies),
            )
            return deliver(con, tables, work, plan)
        finally:
            con.close()


def _comparison(
    con: duckdb.DuckDBPyConnection, told: Mapping, day: date, files: list[RawFile], accepted: Accepted | None
) -> Comparison:
    """What the delivery is held against: the mapping's limits, the files that there were, control totals."""
    path = told.folder / CONTROL
    control = nothing_told
    if path.is_file():
        control = partial(control_differences, con, query_of(con, path), path)
    read = [_read_file(file) for file in files]
    return Comparison(limits_of(told.folder, day), tuple(read), control, accepted)


def _read_file(file: RawFile) -> ReadFile:
    """What is kept of a raw file beside the delivery; of a database's table only its name."""
    if not file.path.is_file():
        return ReadFile(file.source.name, file.name, 0)
    found = file.path.stat()
    # An archive's member is unpacked now; the time of a file that lies there as it came says something.
    is_unpacked = file.source.compression == "zip"
    modified_on = None if is_unpacked else datetime.fromtimestamp(found.st_mtime).astimezone().date()
    return ReadFile(file.source.name, file.name, found.st_size, modified_on)
