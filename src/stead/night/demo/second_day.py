"""The delivery of the day after a demo bank's: a few customers did something, the rest stays."""

from datetime import date, timedelta
from pathlib import Path

from stead.extracts.contract import all_extracts
from stead.extracts.delivery import Delivery, load, quoted
from stead.extracts.writing import check_and_write, connect, silent
from stead.night.demo.generate import Progress, run, seed_key, set_variables

CHANGED = ("balances", "transactions")


def next_day(
    lake: Path, day: date, share: float = 0.01, seed: int = 0, progress: Progress = silent
) -> Delivery:
    """Write the extracts of `day` + 1 from those of `day`: one booking for about `share` of the customers.

    Balances of `day` become those of the new day (both stand when `day` ends a month). All other tables are
    the same rows. Raises DeliveryError when the lake has no extracts of `day`.
    """
    before = load(lake, day)
    with connect(lake) as con:
        for extract in all_extracts():
            path = quoted(str(before.path(extract.name)))
            con.execute(f"CREATE TEMP VIEW before_{extract.name} AS FROM read_parquet({path})")
        number = (day - date(2000, 1, 1)).days
        values = {"seed_key": seed_key(seed + number), "day": day, "day_number": number, "share": share}
        set_variables(con, values)
        run(con, "macros")
        run(con, "next_day")
        tables = {extract.name: f"before_{extract.name}" for extract in all_extracts()}
        tables |= {name: f"out_{name}" for name in CHANGED}
        return check_and_write(
            con, tables, day=day + timedelta(days=1), lake=lake, bank=before.bank, progress=progress
        )
