"""Earlier deliveries of a bank, cut out of its newest: what would have been known on a day gone by."""

from datetime import date, timedelta
from pathlib import Path

from stead.extracts.contract import all_extracts
from stead.extracts.delivery import Delivery, folder_of, load, quoted
from stead.extracts.writing import check_and_write, connect, silent
from stead.night.demo.generate import Progress, run, set_variables

SAME = ("branches", "bankers", "products")


def month_ends(day: date, count: int) -> list[date]:
    """The last days of the `count` months before that of `day`, the oldest first."""
    found: list[date] = []
    last = day
    for _ in range(count):
        last = last.replace(day=1) - timedelta(days=1)
        found.insert(0, last)
    return found


def earlier_day(lake: Path, newest: date, day: date, progress: Progress = silent) -> Delivery:
    """Write the extracts of `day`, a balance date, from those of `newest`, which is later.

    Rows up to that day only. Who became a customer later is left out, with everything that hangs on it; what
    was closed later is still open; a risk grade that was given later was not there yet; a login after the day
    hides the ones before it, so that one some days earlier stands for them. Raises DeliveryError when the
    lake has no extracts of `newest`.
    """
    before = load(lake, newest)
    folder_of(lake, day).parent.mkdir(parents=True, exist_ok=True)
    with connect(lake) as con:
        for extract in all_extracts():
            path = quoted(str(before.path(extract.name)))
            con.execute(f"CREATE TEMP VIEW newest_{extract.name} AS FROM read_parquet({path})")
        set_variables(con, {"day": day})
        run(con, "earlier")
        tables = {
            extract.name: f"newest_{extract.name}" if extract.name in SAME else f"out_{extract.name}"
            for extract in all_extracts()
        }
        return check_and_write(con, tables, day=day, lake=lake, bank=before.bank, progress=progress)


def ensure_history(lake: Path, newest: date, months: int, progress: Progress = silent) -> list[date]:
    """Deliveries of the last `months` month-ends before that of `newest`; returns those that were made."""
    made = []
    for day in month_ends(newest, months):
        if not (folder_of(lake, day) / "delivery.json").exists():
            earlier_day(lake, newest, day, progress)
            made.append(day)
    return made
