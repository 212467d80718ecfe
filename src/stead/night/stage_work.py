"""Lets a stage work: the engine that computes it, and the checks of what it reads and writes."""

import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from stead.night.engine import Stop, engine
from stead.night.manifest import Done
from stead.night.promises import StageContractError, check_schema
from stead.night.stages import Bench, Night, Stage, kept_still, stages

GIB = 1024**3


def work(
    night: Night,
    stage: Stage,
    report: Callable[[float, str], None],
    written: Callable[[Path], None] = kept_still,
) -> Done:
    """Check what a stage reads, let it work, check each table that it wrote.

    `report` is told the share that is done; `written` of each file that is whole, checked and stays as it is.
    Raises StageContractError when a table is not as promised, or was not written.
    """
    started = time.monotonic()
    # A DuckDB of the stage's own, so that nothing lives on in memory from one stage to the next.
    with (
        engine(Stop(), night.folder / ".spill", memory_bytes(night.customers)) as at_work,
        seldom_collected(),
    ):
        for before in stages():
            for promise in before.promises if before.name in stage.reads else ():
                check_schema(at_work.con.con, before.name, promise, night.path(before.name, promise.name))
        bench = Bench(night, stage, at_work, report, written)
        stage.work(bench)
        for promise in stage.promises:
            if promise.name not in bench.outputs:
                raise StageContractError(f"stage {stage.name}, table {promise.name}: was not written")
    outputs = tuple(bench.outputs[promise.name] for promise in stage.promises)
    return Done(stage.name, outputs, time.monotonic() - started, {"seconds": bench.seconds})


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for circles of objects that nobody holds every 50,000 objects, and not among those of before.

    Expressions are made of hundreds of thousands of small objects that all live until the query is written;
    looking through them at Python's own pace takes a fifth of the time in which they are made.
    """
    pace = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*pace)
        gc.unfreeze()


def memory_bytes(customers: int) -> int:
    """What DuckDB may use: 3 GiB to a million customers, 8 GiB from ten; at most 2/5 of the machine."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    wanted = 3 * GIB + 5 * GIB * min(max(customers - 1_000_000, 0), 9_000_000) // 9_000_000
    return max(min(wanted, machine * 2 // 5), GIB // 2)
