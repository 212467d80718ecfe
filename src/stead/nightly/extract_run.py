"""One core system's raw files become the delivery of a day."""

from datetime import date
from functools import partial
from pathlib import Path

from stead.nightly.delivery import Delivery
from stead.nightly.extract import REJECT_LIMIT, Plan, Progress, connect, deliver, silent, work_folder
from stead.nightly.extract_mapping import prepare, raise_all, read_mapping
from stead.nightly.extract_sources import look_for_files, read_sources
from stead.nightly.mapping_check import data_faults, query_faults


def run_extract(
    mapping: Path,
    source: Path,
    day: date,
    lake: Path,
    reject_limit: float = REJECT_LIMIT,
    progress: Progress = silent,
) -> Delivery:
    """Read the raw files in `source` by the mapping in the folder `mapping` and deliver them into the lake.

    Raises ContractError, with the lake as it was, when the mapping or a file cannot be read: the message
    names file, line or column, and what was expected. Rows that are wrong are set aside; when they are more
    than `reject_limit` (0.01 is 1 %) of a table, the delivery is written and marked as refused.
    """
    told, faults = read_mapping(mapping)
    with work_folder(lake, day) as work:
        con = connect(work)
        try:
            progress("raw files", 0, 1)
            found = look_for_files(con, told, source, day, work)
            raise_all([*faults, *found.faults, *query_faults(told, day)])
            read = read_sources(con, told, found, work, progress)
            tables = prepare(con, told, day)
            plan = Plan(
                day=day,
                lake=lake,
                bank=told.bank,
                reject_limit=reject_limit,
                forms=told.forms,
                progress=progress,
                explain=partial(data_faults, con, told, tables),
                lines=tuple(read.groups),
            )
            return deliver(con, tables, work, plan)
        finally:
            con.close()
