"""Which handbook a page shows: the one in force, or a stored version that was asked for."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import get_language

from stead.customers.night import night_of
from stead.handbook import clauses
from stead.handbook.book import Handbook
from stead.handbook.queries import handbook


@dataclass(frozen=True)
class Shown:
    """A handbook on a page. `query` is what links within the handbook carry: "?version=…" or nothing."""

    version: str  # the hash of its content; a draft's is empty
    handbook: Handbook
    today: date | None = None  # the day whose dated rows hold: the desk's day
    is_in_force: bool = True
    query: str = ""
    currency: str = ""


def shown_of(request: HttpRequest) -> Shown | None:
    """What the request asks for: `?version=`, or else what the last night used. None before the first night.

    Raises Http404 for a version that is not stored.
    """
    night = night_of(request)
    today = night.work_date if night else None
    currency = night.book_currency if night else ""
    current = night.handbook_version if night else ""
    asked = request.GET.get("version", "")
    if asked and asked != current:
        found = handbook(asked)
        if found is None:
            raise Http404
        return Shown(asked, found, today, is_in_force=False, query=f"?version={asked}", currency=currency)
    found = handbook(current) if current else None
    return Shown(current, found, today, currency=currency) if found else None


def frame(shown: Shown, current: str = "") -> dict[str, Any]:
    """What `handbook/frame.html` shows around its middle: contents, and which handbook it is.

    current: the number of the clause that is open.
    """
    return {
        "shown": shown,
        "contents": clauses.contents(shown.handbook, get_language() or "en"),
        "current": current,
    }
