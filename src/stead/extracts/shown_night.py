"""Which night the pages show. The desk must not know the nights, which stand beside it: wiring joins them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest

from stead.core.registry import Slot


@dataclass(frozen=True)
class Night:
    """The published night. `work_date` is today on the desk."""

    run_id: str
    book_date: date
    work_date: date
    published_at: datetime
    handbook_version: str
    book_currency: str
    unapproved: str = ""  # the name of the folder of its rules, when nobody approved them


# Reads the published night in one query; None before the first one.
published: Slot[Callable[[], Night | None]] = Slot("reading which night is published")
# The ISO 3166 code of the country of the bank of a run, in which its phones are read; empty when unknown.
bank_country: Slot[Callable[[str], str]] = Slot("reading a bank's country")


def night_of(request: HttpRequest) -> Night | None:
    """The night that the pages show, read once a request: the view and the frame never show two nights."""
    if not hasattr(request, "stead_night"):
        request.stead_night = published.get()()  # type: ignore[attr-defined]
    night: Night | None = request.stead_night  # type: ignore[attr-defined]
    return night


def country_of(request: HttpRequest) -> str:
    """The country of the bank whose night the pages show; empty before the first one."""
    night = night_of(request)
    return bank_country.get()(night.run_id) if night else ""


def is_shown_still(request: HttpRequest) -> bool:
    """Whether the night that a request read is the one that is shown now; so it is where it read none."""
    if not hasattr(request, "stead_night"):
        return True
    read, now = night_of(request), published.get()()
    return (read.run_id if read else "") == (now.run_id if now else "")


def read_anew(request: HttpRequest) -> None:
    """Forget which night a request read, so that its page can be made once more."""
    del request.stead_night  # type: ignore[attr-defined]
