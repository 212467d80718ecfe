"""Which handbook a page shows: the one in force, a stored version or a draft that was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from stead.access.queries import has_role
from stead.extracts.shown_night import night_of
from stead.handbook import clauses, editions
from stead.handbook.content.book import Handbook
from stead.handbook.content.value_words import Reader
from stead.handbook.firings import Firings, firings
from stead.handbook.models import FOUNDING_DAY, Draft, Version
from stead.handbook.queries import handbook, texts_of
from stead.handbook.registry import DayActions, day_actions
from stead.office.reading import Writer


@dataclass(frozen=True)
class Shown:
    """A handbook on a page. `query` is what links within the handbook carry: "?version=…" or nothing."""

    version: str  # the hash of its content; a draft's is empty
    handbook: Handbook
    today: date | None = None  # the day whose dated rows hold: the desk's day
    is_in_force: bool = True
    query: str = ""
    currency: str = ""
    name: str = ""  # of the edition: "2026.5"
    since: date | None = None  # from when it holds or held; None where it never did, or always
    first_used_on: date | None = None
    draft: int = 0  # the number of the draft that is shown

    @property
    def day(self) -> date:
        """The day for which it is read."""
        return self.today or timezone.localdate()

    @property
    def other_currency(self) -> str:
        """The currency in which its amounts are written, where the bank's book currency is another one."""
        written = texts_of(self.handbook).currency
        return written if self.currency and written != self.currency else ""

    @property
    def reader(self) -> Reader:
        """How its values are told in the language of the page."""
        return Reader(texts_of(self.handbook), get_language() or "en", self.currency, self.today)


def _asked_draft(request: HttpRequest, day: date, currency: str) -> Shown:
    """A draft, for those who may read drafts. Raises Http404 for anybody else."""
    asked = request.GET["draft"]
    draft = editions.visible_to(request.user).filter(pk=asked).first() if asked.isdecimal() else None
    if draft is None:
        raise Http404
    return Shown(
        "", Handbook(draft.files), day, is_in_force=False, query=f"?draft={draft.pk}", currency=currency,
        name=draft.name, draft=draft.pk,
    )  # fmt: skip


def _edition_of(version: str) -> Draft | None:
    """The newest approved edition of a version; None for one that was only ever tried."""
    return next((one for one in editions.timeline() if one.version_id == version), None)


def shown_of(request: HttpRequest) -> Shown | None:
    """What the request asks for by `?version=` or `?draft=`, or else what is in force. None before any is.

    Raises Http404 for a version or draft that is not stored or not for this user.
    """
    night = night_of(request)
    day = night.work_date if night else timezone.localdate()
    currency = night.book_currency if night else ""
    if "draft" in request.GET:
        return _asked_draft(request, day, currency)
    holding = editions.edition_of(day)
    current = str(holding.version_id) if holding else night.handbook_version if night else ""
    asked = request.GET.get("version", "")
    edition = _edition_of(asked) if asked and asked != current else holding
    version = asked or current
    found = handbook(version) if version else None
    used = Version.objects.filter(pk=version).values_list("first_used_on", flat=True).first()
    # What was only ever submitted or simulated is read by those who may read drafts.
    is_open = edition is not None or used is not None or has_role(request.user, *editions.READERS)
    if asked and asked != current and (found is None or not is_open):
        raise Http404
    if found is None:
        return None
    is_in_force = version == current
    since = edition.effective_from if edition and edition.effective_from != FOUNDING_DAY else None
    return Shown(
        version=version,
        handbook=found,
        today=day,
        is_in_force=is_in_force,
        query="" if is_in_force else f"?version={version}",
        currency=currency,
        # The founding edition is the handbook as such; only what was changed later needs a name.
        name=edition.name if edition and edition.base_id else "",
        since=since,
        first_used_on=used,
    )


def counts_of(request: HttpRequest) -> tuple[Firings, DayActions]:
    """How often rules fired until the last night, and what came of them today as this user may know it."""
    night = night_of(request)
    if night is None:
        return Firings(), DayActions()
    return firings(night), day_actions.get()(request.user, night)


def writer(shown: Shown, fired: Firings | None = None, actions: DayActions | None = None) -> Writer:
    """Makes the pages of the handbook that is shown."""
    return Writer(shown.handbook, shown.reader, shown.day, shown.query, fired, actions)


def frame(shown: Shown, current: str = "", fired: Firings | None = None) -> dict[str, Any]:
    """What `handbook/frame.html` shows around its middle: contents, and which handbook it is.

    current: the number of the clause that is open.
    """
    chapters = clauses.contents(shown.handbook, get_language() or "en")
    return {
        "shown": shown,
        "contents": [_counted(chapter, fired) for chapter in chapters],
        "current": current,
    }


def _counted(chapter: clauses.Chapter, fired: Firings | None) -> dict[str, Any]:
    """A chapter with how often each of its clauses fired in the last night."""
    counts: Sequence[tuple[clauses.Clause, int | None]] = [
        (one, fired.of_clause(one.number).last_night if fired and fired.counted else None)
        for one in chapter.clauses
    ]
    return {"number": chapter.number, "title": chapter.title, "clauses": counts}
