"""Which handbook holds on which day, and the drafts on their way there. Reads and waits only."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db.models import Max, QuerySet
from django.db.models.fields.json import KeyTextTransform

from stead.access.models import Role
from stead.access.queries import AnyUser, has_role
from stead.extracts.shown_night import published
from stead.handbook.content import rule_ids
from stead.handbook.content.differences import Merged, merge3
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


def gate() -> None:
    """Wait for every other submission, approval and withdrawal: what they are based on is one for all."""
    list(Draft.objects.select_for_update().filter(base__isnull=True).values_list("pk"))


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


def earliest_start(*, approved_only: bool = False) -> date:
    """The first day from which a draft may hold: after the last night, not before what it is built on.

    approved_only: what is waiting for approval does not count, as when it is being approved.
    """
    states = [State.APPROVED] if approved_only else [State.APPROVED, State.SUBMITTED]
    newest = Draft.objects.filter(state__in=states).aggregate(newest=Max("effective_from"))["newest"]
    after_night = (last_book_date() or FOUNDING_DAY) + timedelta(days=1)
    return max(after_night, newest or FOUNDING_DAY)


def hands(draft: Draft) -> set[str]:
    """The usernames of all who had a part in a draft; none of them may approve it."""
    return {draft.author, draft.submitted_by, *draft.editors} - {""}


def can_be_withdrawn(edition: Draft) -> bool:
    """Whether an approved edition may still be taken back: no night can have used it, none is built on it."""
    newest = _approved().values_list("pk", flat=True).first()
    last = last_book_date() or FOUNDING_DAY
    holds_later = edition.effective_from is not None and edition.effective_from > last
    return edition.base_id is not None and edition.pk == newest and holds_later


def rule_ids_ever(path: str) -> set[str]:
    """All rule ids that a table has in any stored version and in any draft."""
    found: set[str] = set()
    for rows in (Version.objects.all(), Draft.objects.filter(state=State.DRAFT)):
        texts = rows.annotate(text=KeyTextTransform(path, "files")).values_list("text", flat=True)
        found.update(*(rule_ids.ids_in(text) for text in set(texts) if text))
    return found


def merge_of(draft: Draft, choices: Mapping[str, str] | None = None) -> tuple[Merged, Version]:
    """What changed under a draft brought into it, and the version that it would then stand on.

    Raises LookupError before the founding edition.
    """
    newest = head()
    if newest is None or draft.base is None:
        raise LookupError("there is no edition to merge with")
    changed = [
        path
        for path in draft.base.files.keys() | newest.files.keys()
        if path.endswith(".dmn") and newest.files.get(path) != draft.base.files.get(path)
    ]
    used = {rule_id for path in changed for rule_id in rule_ids_ever(path)}
    return merge3(draft.base.files, newest.files, draft.files, used=used, choices=choices), newest


def visible_to(user: AnyUser) -> QuerySet[Draft]:
    """The drafts that a user may read: all for policy officers and auditors, none for anybody else."""
    drafts = Draft.objects.select_related("base", "version")
    return drafts if has_role(user, *READERS) else drafts.none()


def listed(user: AnyUser) -> QuerySet[Draft]:
    """The same for a list: without the contents, each of which is a whole handbook."""
    return visible_to(user).defer("files", "evidence", "base__files", "version__files")
