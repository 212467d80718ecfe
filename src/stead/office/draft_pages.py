"""What the pages of drafts show: content, changes against the base, findings, and what the user may do."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext

from stead.access.models import Role, User
from stead.access.queries import has_role
from stead.extracts.shown_night import Night
from stead.handbook import clauses, draft_check, editions
from stead.handbook.content.book import Handbook
from stead.handbook.content.differences import Comparison, compare
from stead.handbook.content.prose_html import blocks
from stead.handbook.content.value_words import Reader
from stead.handbook.models import Draft, Version
from stead.handbook.queries import texts_of
from stead.handbook.registry import night_reads
from stead.office.reading import Writer

State = Draft.State
_NAME = re.compile(r"^(\d{4})\.(\d+)$")
REVISION_DIGITS_MAX = 10
_KINDS = {"dmn": "table", "bpmn": "transfer", "csv": "list-details", "toml": "message", "md": "notes"}


def seen_revision(request: HttpRequest) -> int:
    """The revision that the page showed on which the user decided; none that there is when it says none."""
    said = request.POST.get("revision", "")
    return int(said) if said.isdecimal() and len(said) < REVISION_DIGITS_MAX else -1


def draft_of(request: HttpRequest, draft_id: int) -> Draft:
    """The draft, if the user may read drafts. Raises Http404 otherwise."""
    return get_object_or_404(editions.visible_to(request.user), pk=draft_id)


def file_of(draft: Draft, path: str) -> str:
    """The text of a file. Raises Http404 when the draft has none of that name."""
    if path not in draft.files:
        raise Http404
    return str(draft.files[path])


def seen(text: str) -> str:
    """A short name for a text: an editor sends it back, so that another's change is not undone."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def proposed_name(today: date) -> str:
    """The next free name of the year, such as 2026.5."""
    found = (_NAME.match(name) for name in Draft.objects.values_list("name", flat=True))
    used = [int(one[2]) for one in found if one and int(one[1]) == today.year]
    return f"{today.year}.{max(used, default=0) + 1}"


def edition_name(version: Version | None) -> str:
    """How people call a version: the edition's name, else the first digits of its hash."""
    if version is None:
        return ""
    drafts = Draft.objects.filter(version=version).exclude(state=State.WITHDRAWN).order_by("state", "id")
    name = drafts.values_list("name", flat=True).first()
    return name or str(version)


@dataclass(frozen=True)
class Content:
    """A content to compare: a draft as it is now, or a version."""

    reference: str
    title: str
    files: Mapping[str, str]
    draft: Draft | None = None


def content_of(user: User, reference: str) -> Content:
    """The content that an address names: draft-<number> or the hash of a version. Raises Http404."""
    if reference.startswith("draft-") and reference[6:].isdecimal():
        draft = get_object_or_404(editions.visible_to(user), pk=int(reference[6:]))
        return Content(reference, draft.name, draft.files, draft)
    version = get_object_or_404(Version, pk=reference)
    return Content(reference, edition_name(version), version.files)


def changes(draft: Draft) -> Comparison:
    """What the draft changes in what it was made from."""
    return compare(draft.base.files if draft.base else {}, draft.files)


def preview(draft: Draft, path: str, text: str, night: Night | None) -> str:
    """Prose as the clause's page will show it, in the language of the file; tables are named, not shown."""
    handbook = Handbook({**draft.files, path: text})
    language = "zh-hans" if path.endswith(".zh.md") else "en"
    day = night.work_date if night else date.today()  # noqa: DTZ011 - a day of the calendar, not a moment
    reader = Reader(texts_of(handbook), language, night.book_currency if night else "", day)
    writer = Writer(handbook, reader, day, f"?draft={draft.pk}")
    return "".join(
        str(block.html) if block.html is not None else format_html('<p class="soft">{}</p>', block.place)
        for block in blocks(text, writer.show)
    )


def counts(draft: Draft) -> dict[str, int]:
    """How many files, rows and cells a draft changes; compared where the draft is older than the count."""
    return draft.counts or changes(draft).counts


@dataclass(frozen=True)
class Found:
    """Findings of a draft: new ones, and warnings that its base has just so."""

    new: tuple[draft_check.Problem, ...]
    known: tuple[draft_check.Problem, ...]

    @property
    def errors(self) -> int:
        """How many must be mended before it can be submitted."""
        return sum(one.severity == "error" for one in self.new)

    @property
    def warnings(self) -> int:
        """How many new ones are there to be thought about."""
        return sum(one.severity == "warning" for one in self.new)


def findings(files: Mapping[str, str], base: Mapping[str, str] | None) -> Found:
    """What the check says about a content, and which of it its base has as well."""
    found = draft_check.problems(files, base)
    before = {one.same for one in draft_check.problems(base, base)} if base else set()
    new = tuple(one for one in found if one.severity == "error" or one.same not in before)
    return Found(new, tuple(one for one in found if one not in new))


@dataclass(frozen=True)
class File:
    """A file in the list of a draft's files."""

    path: str
    name: str
    icon: str
    is_changed: bool
    is_removable: bool


@dataclass(frozen=True)
class Group:
    """The files of a clause; those of the whole handbook have no number."""

    number: str
    title: str
    files: tuple[File, ...]


def groups(draft: Draft) -> list[Group]:
    """The files of a draft by clause, in the order of the handbook."""
    handbook = Handbook(draft.files)
    base = draft.base.files if draft.base else {}
    titles: dict[str, str] = {}
    for chapter in clauses.contents(handbook, get_language() or "en"):
        titles |= {chapter.number: chapter.title} | {one.number: one.title for one in chapter.clauses}
    needed = night_reads.get()()
    found: dict[str, list[File]] = {}
    for path in sorted(draft.files, key=_by_kind):
        folder, _, name = path.rpartition("/")
        icon = _KINDS.get(path.rpartition(".")[2], "notes")
        found.setdefault(folder, []).append(
            File(path, name, icon, base.get(path) != draft.files[path], is_removable=path not in needed)
        )
    order = sorted(found, key=lambda one: (one in titles, clauses.order(one) if one in titles else (0,)))
    return [Group(one, titles.get(one, one or gettext("Whole handbook")), tuple(found[one])) for one in order]


def _by_kind(path: str) -> tuple[int, str]:
    """What decides comes before what is said: tables, figures, rows, texts, prose."""
    kinds = list(_KINDS)
    kind = path.rpartition(".")[2]
    return kinds.index(kind) if kind in kinds else len(kinds), path


@dataclass(frozen=True)
class Rights:
    """What a user may do with a draft now; `why_not` says why somebody may not approve."""

    edit: bool
    submit: bool
    withdraw: bool
    approve: bool
    give_back: bool
    why_not: str = ""


def rights(draft: Draft, user: User) -> Rights:
    """What the user may do with a draft now. The actions decide again; this is for the page."""
    is_officer = has_role(user, Role.POLICY_OFFICER)
    is_open, is_submitted, is_approved = (
        draft.state == one for one in (State.DRAFT, State.SUBMITTED, State.APPROVED)
    )
    took_part = user.get_username() in editions.hands(draft)
    can_end = is_open or is_submitted or (is_approved and editions.can_be_withdrawn(draft))
    why_not = ""
    if is_officer and is_submitted and took_part:
        why_not = gettext("You cannot approve your own draft: somebody who did not work on it must.")
    return Rights(
        edit=is_officer and is_open,
        submit=is_officer and is_open,
        withdraw=is_officer and can_end,
        approve=is_officer and is_submitted and not took_part,
        give_back=is_officer and is_submitted,
        why_not=why_not,
    )


def must_merge(draft: Draft) -> bool:
    """Whether the handbook changed under an open draft since it was begun or last merged."""
    if draft.state != State.DRAFT:
        return False
    head = editions.head()
    return head is not None and head.pk != draft.base_id


def version_of(draft: Draft) -> str:
    """The hash of a draft's content as it is now."""
    return Handbook(draft.files).version


def reference(draft: Draft) -> str:
    """What an address calls a draft's content: its version once it is fixed, before that the draft."""
    is_fixed = draft.state in {State.SUBMITTED, State.APPROVED} and draft.version_id
    return str(draft.version_id) if is_fixed else f"draft-{draft.pk}"


def references(user: User) -> list[tuple[str, str]]:
    """What can be compared, newest first: what an address calls it, and how people call it."""
    return [(reference(one), one.name) for one in editions.listed(user)]


def simulation_address(draft: Draft) -> str:
    """Where the simulation of this content is told; empty where this installation has none."""
    try:
        address = reverse("simulation_panel")
    except NoReverseMatch:
        return ""
    return f"{address}?version={version_of(draft)}&draft={draft.pk}"


def people(draft: Draft) -> dict[str, str]:
    """Usernames of a draft's history with the people's names."""
    return _names(editions.hands(draft) | {draft.approved_by} | set(draft.steps.values_list("by", flat=True)))


def edition_lines(drafts: list[Draft], today: date) -> list[dict[str, Any]]:
    """The drafts and editions as lines of a list, with status, people and what they change."""
    statuses = editions.statuses(drafts, today)
    names = {one.author for one in drafts} | {one.approved_by for one in drafts}
    people_ = _names(names)
    return [
        {
            "draft": one,
            "status": statuses[one.pk],
            "counts": one.counts,  # none for a draft older than the count: a list compares nothing
            "author": people_.get(one.author, one.author),
            "approver": people_.get(one.approved_by, one.approved_by),
            "reference": reference(one),
        }
        for one in drafts
    ]


def _names(usernames: set[str]) -> dict[str, str]:
    """People's names by username; a program or somebody who is gone keeps the username."""
    known = dict(User.objects.filter(username__in=usernames).values_list("username", "full_name"))
    return {name: known.get(name) or name for name in usernames if name}
