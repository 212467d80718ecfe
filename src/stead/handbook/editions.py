"""Which handbook holds on which day, and the drafts on their way there. Reads only."""

from datetime import date, timedelta

from django.db.models import QuerySet

from stead.access.models import Role
from stead.access.queries import AnyUser, has_role
from stead.customers.night import published
from stead.handbook.models import FOUNDING_DAY, Draft, Version

State = Draft.State
READERS = (Role.POLICY_OFFICER, Role.AUDITOR)  # who sees drafts; approved text is for everybody


def _approved() -> QuerySet[Draft]:
    """The approved editions; of two with the same date, the one approved last holds."""
    return Draft.objects.filter(state=State.APPROVED).order_by("-effective_from", "-approved_at", "-id")


def edition_of(day: date) -> Draft | None:
    """The edition that holds on a day; None when there is none at all yet. Its files are not fetched."""
    return _approved().filter(effective_from__lte=day).defer("files").select_related("version").first()


def in_force(day: date) -> Version | None:
    """The version of the handbook that holds on a day."""
    edition = edition_of(day)
    return edition.version if edition else None


def timeline() -> list[Draft]:
    """The approved editions, newest first, without their files."""
    return list(_approved().defer("files"))


def approved_head() -> Version | None:
    """The newest approved version, in force or not yet: what an approval must be based on."""
    newest = _approved().defer("files").select_related("version").first()
    return newest.version if newest else None


def head() -> Version | None:
    """What a submission must be based on: the version submitted last, else the newest approved one."""
    waiting = (
        Draft.objects.filter(state=State.SUBMITTED)
        .order_by("-submitted_at", "-id")
        .defer("files")
        .select_related("version")
        .first()
    )
    return waiting.version if waiting else approved_head()


def statuses(drafts: list[Draft], today: date) -> dict[int, str]:
    """For each draft, by its number, what `status_of` says; one query for all."""
    holding = edition_of(today)
    newest: dict[date | None, int] = {}
    for edition in timeline():
        newest.setdefault(edition.effective_from, edition.pk)
    return {draft.pk: _status(draft, today, holding, newest) for draft in drafts}


def status_of(draft: Draft, today: date) -> str:
    """draft, submitted, approved (holds later), in force, superseded, or withdrawn."""
    return statuses([draft], today)[draft.pk]


def _status(draft: Draft, today: date, holding: Draft | None, newest: dict[date | None, int]) -> str:
    if draft.state != State.APPROVED:
        return str(draft.state)
    if holding is not None and holding.pk == draft.pk:
        return "in force"
    is_coming = draft.effective_from is not None and draft.effective_from > today
    # Of two editions with the same date only the one approved last will ever hold.
    return "approved" if is_coming and newest.get(draft.effective_from) == draft.pk else "superseded"


def last_book_date() -> date | None:
    """The book date of the night on the desk; None before the first one."""
    night = published.get()()
    return night.book_date if night else None


def earliest_start() -> date:
    """The first day from which a new edition may hold: after the last night, not before its predecessor."""
    last = last_book_date()
    after_night = (last or FOUNDING_DAY) + timedelta(days=1)
    newest = _approved().values_list("effective_from", flat=True).first()
    return max(after_night, newest or FOUNDING_DAY)


def visible_to(user: AnyUser) -> QuerySet[Draft]:
    """The drafts that a user may read: all for policy officers and auditors, none for anybody else."""
    drafts = Draft.objects.select_related("base", "version")
    return drafts if has_role(user, *READERS) else drafts.none()
