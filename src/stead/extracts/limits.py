"""How much a delivery may differ from the last good one: defaults, and what the bank sets in `limits.csv`."""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from stead.extracts.delivery import ContractError

LIMITS = "limits.csv"
COLUMNS = ("measure", "fall_most", "rise_most", "effective_from")


@dataclass(frozen=True)
class Limit:
    """The most by which a measure may fall and rise, as parts of what it was; None: by any amount.

    Of the age of files, `rise_most` is the number of days that a file may be older than the delivery's day.
    """

    fall_most: Decimal | None
    rise_most: Decimal | None

    def allows(self, before: Decimal, now: Decimal) -> bool:
        """Whether a measure may go from `before` to `now`. From nothing it may rise by any amount."""
        if now < before:
            return self.fall_most is None or before - now <= self.fall_most * before
        return self.rise_most is None or before <= 0 or now - before <= self.rise_most * before


def _limit(fall: str, rise: str) -> Limit:
    return Limit(Decimal(fall) if fall else None, Decimal(rise) if rise else None)


AGE = "age of files in days"
# Sane for a bank of some thousand customers and more; smaller ones and those of other habits set their own.
DEFAULTS = {
    "rows of branches": _limit("0.10", "0.25"),
    "rows of bankers": _limit("0.10", "0.25"),
    "rows of customers": _limit("0.02", "0.10"),
    "rows of relationships": _limit("0.05", "0.50"),
    "rows of rates": _limit("0.05", ""),
    "rows of products": _limit("0.10", "0.50"),
    "rows of accounts": _limit("0.02", "0.10"),
    "rows of holders": _limit("0.02", "0.10"),
    "rows of balances": _limit("0.10", "0.20"),
    "rows of transactions": _limit("0.50", "2"),
    "rows of contacts": _limit("0.10", "0.50"),
    "rows of consents": _limit("0.05", "0.50"),
    # Of the delivery's day, in the book currency.
    "sum of assets": _limit("0.05", "0.10"),
    "sum of debts": _limit("0.10", "0.20"),
    # Of those that the last delivery had; a closed account does not count as gone.
    "customers still there": _limit("0.005", ""),
    "open accounts still there": _limit("0.01", ""),
    "customers with a banker": _limit("0.05", ""),
    "files": _limit("0", ""),  # of a source whose file is a pattern
    "bytes of files": _limit("0.50", "2"),
    AGE: _limit("", ""),  # a copied file may say anything, so that only the bank knows what its age means
}


def limits_of(folder: Path, day: date) -> dict[str, Limit]:
    """The limits that hold on a day: the mapping's `limits.csv` over the defaults.

    measure, fall_most, rise_most (0.05 is 5 %; empty: by any amount), effective_from (the last one on or
    before the day holds). Raises ContractError that names file and line.
    """
    path = folder / LIMITS
    if not path.is_file():
        return dict(DEFAULTS)
    dated: dict[str, tuple[date, Limit]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
        if missing:
            raise ContractError(
                f"{path}: the column {missing[0]} is missing; right would be {', '.join(COLUMNS)}."
            )
        for row in rows:
            where = f"{path}, line {rows.line_num}"
            if row["measure"] not in DEFAULTS:
                raise ContractError(
                    f"{where}: nothing is measured as {row['measure']!r}; right would be one of "
                    f"{', '.join(DEFAULTS)}."
                )
            try:
                begins = date.fromisoformat(row["effective_from"])
                limit = _limit(row["fall_most"].strip(), row["rise_most"].strip())
            except (ValueError, InvalidOperation, AttributeError):
                raise ContractError(
                    f"{where}: a limit or its day cannot be read; right would be parts such as 0.05 (or "
                    "nothing for no limit) and a day such as 2026-01-01."
                ) from None
            held = dated.get(row["measure"])
            if begins <= day and (held is None or held[0] <= begins):
                dated[row["measure"]] = (begins, limit)
    return DEFAULTS | {measure: limit for measure, (_, limit) in dated.items()}
