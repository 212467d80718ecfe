"""When customers may be contacted (clause 2.3): shown beside the day, not enforced: Stead places no calls."""

from dataclasses import dataclass
from datetime import datetime

from stead.handbook.content.book import HandbookError
from stead.handbook.queries import handbook


@dataclass(frozen=True)
class ContactHours:
    """The hours in which the bank contacts customers, and whether a moment lies outside them."""

    start: int  # o'clock, in the customer's own time
    end: int
    is_outside: bool


def contact_hours(version: str, now: datetime) -> ContactHours | None:
    """The contact hours of a version on a day, for a moment on the bank's clocks; None where it has none.

    The bank's clock stands for the customer's: the extracts do not say where a customer is.
    """
    found = handbook(version)
    try:
        params = found.params(now.date()) if found else {}
        start, end = int(params["contact_hours_start"]), int(params["contact_hours_end"])
    except (HandbookError, KeyError):
        return None
    return ContactHours(start, end, not start <= now.hour < end)
