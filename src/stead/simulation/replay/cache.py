"""The dear features of a delivery, computed once for both sides and for all simulations of it."""

import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from stead.extracts.delivery import Delivery
from stead.night import features as customer_features
from stead.night import published_rows as shape
from stead.night.engine import Engine
from stead.night.manifest import digest

BYTES_MAX = 12 * 1024**3  # of all cached features; the least lately used go first
_STALE_S = 6 * 3600.0  # what a killed process left behind half-written


def features_of(engine: Engine, lake: Path, delivery: Delivery, code: str, place: Path) -> None:
    """Put the lasting features of a delivery at `place` (a link where they are known already).

    code: names the program that computes them. A file that is dropped from the cache stays readable at
    `place`, so that simulations do not disturb each other.
    """
    folder = lake / "simulations" / "cache"
    folder.mkdir(parents=True, exist_ok=True)
    key = digest([delivery.date.isoformat(), delivery.hashes(), delivery.bank.__dict__, code])
    kept = folder / f"{key[:32]}.parquet"
    place.unlink(missing_ok=True)
    with suppress(FileNotFoundError):
        os.link(kept, place)
        os.utime(kept)
        return
    part = folder / f".{key[:32]}.{uuid4().hex}"
    try:
        _compute(engine, delivery, part)
        os.link(part, place)
        part.replace(kept)
    finally:
        part.unlink(missing_ok=True)
    limit(folder, BYTES_MAX)


def _compute(engine: Engine, delivery: Delivery, path: Path) -> None:
    """Write the features, in the order of the customers' numbers."""
    con = engine.con
    extracts = {name: con.read_parquet(path, table_name=name) for name, path in delivery.inputs().items()}
    bank = delivery.bank
    run = customer_features.settings(
        con,
        extracts,
        delivery.date,
        work_date=delivery.date,  # contacts alone look at it
        book_currency=bank.book_currency,
        time_zone=bank.time_zone,
    )
    known = customer_features.lasting(con, extracts, run)
    income = shape.income(extracts["customers"], extracts["rates"], delivery.date, bank.book_currency)
    engine.write(path, known.join(income, "customer_id"), "customer_id")


def limit(folder: Path, bytes_max: int) -> None:
    """Drop the files that were not used for longest until the rest is small enough."""
    files = sorted(folder.glob("*.parquet"), key=lambda path: path.stat().st_mtime, reverse=True)
    total = 0
    for path in files:
        total += path.stat().st_size
        if total > bytes_max:
            path.unlink(missing_ok=True)
    newest = max((path.stat().st_mtime for path in files), default=0.0)
    for part in folder.glob(".*"):
        with suppress(FileNotFoundError):
            if newest - part.stat().st_mtime > _STALE_S:
                part.unlink()
