"""Which night the pages show. The desk must not know the nights, which stand beside it: wiring joins them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from stead.core.registry import Slot

Made = TypeVar("Made")
# Nights are hours apart: that even a second publication overtakes a page does not happen by itself.
NIGHT_TRIES = 3


class OvertakenError(Exception):
    """A new night was published each time while rows of the one before were read."""


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


def read_in_one_night(
    request: HttpRequest, read: Callable[[], Made], discard: Callable[[Made], None]
) -> Made:
    """What `read` makes, made anew when another night was published while it was made.

    For what the pages' own way of doing so cannot try again, because it is written to the ledger or sent in
    parts. `read` asks `night_of` for the night; `discard` gets what is not used. Raises OvertakenError after
    NIGHT_TRIES.
    """
    for _ in range(NIGHT_TRIES):
        night_of(request)
        made = read()
        if is_shown_still(request):
            return made
        discard(made)
        read_anew(request)
    raise OvertakenError


def overtaken() -> HttpResponse:
    """What is answered when one publication followed another so fast that no page was made in between."""
    text = gettext("A new night is being published. Load the page again in a moment.")
    return HttpResponse(text, status=503, headers={"Retry-After": "5"}, content_type="text/plain")
