"""Every write of drafts and editions of the handbook."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from stead.access.models import Role, User
from stead.access.queries import has_role
from stead.audit.actions import record
from stead.handbook import editions
from stead.handbook.content import rule_ids
from stead.handbook.content.book import Handbook
from stead.handbook.content.differences import compare
from stead.handbook.draft_rules import (
    NeedsMergeError,
    RefusedError,
    StaleError,
    UnresolvedError,
    checked,
    require_base,
    require_day,
    require_sound,
)
from stead.handbook.models import FOUNDING_DAY, Draft, Step, Version
from stead.handbook.registry import night_reads

# What the writes below raise, for their callers.
__all__ = ["NeedsMergeError", "RefusedError", "StaleError", "UnresolvedError"]

State = Draft.State
Kind = Step.Kind
FOUNDING_NAME = "founding"
NAME_LENGTH_MAX = 60
COMMENT_LENGTH_MIN = 2
COMMENT_LENGTH_MAX = 2_000


def _officer(by: User) -> str:
    """The username, if this user may change the handbook."""
    if not has_role(by, Role.POLICY_OFFICER):
        raise PermissionDenied
    return by.get_username()


def _locked(draft: Draft, *states: str) -> Draft:
    """The draft as it is now, held until the end of the transaction; refused in any other state."""
    locked = Draft.objects.select_for_update().get(pk=draft.pk)
    if locked.state not in states:
        words = [gettext(one) for one in (locked.state, *states)]
        told = {"name": locked.name, "state": words[0], "states": gettext(" or ").join(words[1:])}
        raise RefusedError(
            gettext("%(name)s is %(state)s; this can be done only while it is %(states)s.") % told
        )
    return locked


def _at_revision(draft: Draft, revision: int | None, state: str = State.DRAFT) -> Draft:
    """The draft, held, if it is still as the user saw it; None: whatever it is now."""
    locked = _locked(draft, state)
    if revision is not None and locked.revision != revision:
        raise StaleError(
            gettext("%(name)s was changed by somebody else meanwhile; load it again before you go on.")
            % {"name": locked.name}
        )
    return locked


def _commented(comment: str) -> str:
    # A browser may send what the database cannot keep.
    comment = comment.replace("\0", "").strip()
    if not COMMENT_LENGTH_MIN <= len(comment) <= COMMENT_LENGTH_MAX:
        raise RefusedError(
            gettext("Say in a few words why; the comment stays with the draft and in the ledger.")
        )
    return comment


def _step(by: str, draft: Draft, kind: Kind, comment: str = "", **detail: Any) -> None:
    """The step and its entry in the ledger."""
    Step.objects.create(draft=draft, by=by, kind=kind, comment=comment, detail=detail)
    record(
        by=by,
        verb=f"handbook.{kind}",
        object_kind="draft",
        object_id=str(draft.pk),
        detail={"name": draft.name, **({"comment": comment} if comment else {}), **detail},
    )


@transaction.atomic
def keep(*, by: User | str, files: Mapping[str, str]) -> Version:
    """The stored version of a content; stored now, and told to the ledger, if it was not."""
    version, is_new = Version.objects.get_or_create(
        version=Handbook(files).version, defaults={"files": dict(files)}
    )
    if is_new:
        record(by=by, verb="handbook.stored", object_kind="handbook", object_id=version.pk)
    return version


@transaction.atomic
def use(*, by: User | str, files: Mapping[str, str], day: date) -> Version:
    """Keep what a night decides by, whole, so that it can be explained when it is no longer in force."""
    version = keep(by=by, files=files)
    if Version.objects.filter(pk=version.pk, first_used_on=None).update(first_used_on=day):
        record(by=by, verb="handbook.used_first", object_kind="handbook", object_id=version.pk)
    return version


@transaction.atomic
def found(*, by: User | str, files: Mapping[str, str]) -> Draft:
    """Make a content the founding edition, in force from the beginning; the one that there is, if any."""
    there = Draft.objects.select_related("version").filter(base=None).first()
    if there is not None:
        return there
    name = by if isinstance(by, str) else by.get_username()
    now = timezone.now()
    founding, is_new = Draft.objects.select_related("version").get_or_create(
        base=None,
        defaults={
            "name": FOUNDING_NAME, "files": dict(files), "version": keep(by=by, files=files),
            "state": State.APPROVED, "author": name, "submitted_by": name, "submitted_at": now,
            "approved_by": name, "approved_at": now, "effective_from": FOUNDING_DAY,
        },
    )  # fmt: skip
    if is_new:
        _step(name, founding, Kind.APPROVED, version=str(founding.version_id))
    return founding


def _begun(
    by: str, name: str, base: Version | None, files: Mapping[str, str], comment: str = "", **origin: str
) -> Draft:
    if base is None:
        raise RefusedError(gettext("There is no handbook to start from yet; the first night brings it."))
    name = name.strip()
    if not 1 <= len(name) <= NAME_LENGTH_MAX or not name.isprintable():
        raise RefusedError(
            gettext("A draft has a name of 1 to %(most)s characters, such as 2026.5.")
            % {"most": NAME_LENGTH_MAX}
        )
    if Draft.objects.filter(name=name).exists():
        raise RefusedError(
            gettext("A draft or an edition is named %(name)s already; choose another name.") % {"name": name}
        )
    counts = compare(base.files, files).counts
    draft = Draft.objects.create(name=name, base=base, files=dict(files), counts=counts, author=by)
    _step(by, draft, Kind.CREATED, comment, base=base.pk, **origin)
    return draft


@transaction.atomic
def start_draft(*, by: User, name: str, base: Version | None = None) -> Draft:
    """Begin a draft from a version; from the one that a submission must be based on when none is given."""
    username = _officer(by)
    base = base or editions.head()
    return _begun(username, name, base, base.files if base else {})


@transaction.atomic
def import_files(
    *, by: User, files: Mapping[str, str], name: str, comment: str, base: Version | None = None, **origin: str
) -> Draft:
    """Begin a draft from files made elsewhere. `base`: what they were made from, when it is not the newest.

    origin: how they came in, where no page of the user's own session sent them; kept with the draft's step.
    Raises RefusedError when they are what the newest version is already.
    """
    username, comment = _officer(by), _commented(comment)
    checked(files)
    head = editions.head()
    if head is not None and Handbook(files).version == head.pk:
        raise RefusedError(
            gettext("The files are identical with version %(version)s, which is the newest one.")
            % {"version": head}
        )
    draft = _begun(username, name, base or head, files, comment, **origin)
    draft.editors = [username]
    draft.save(update_fields=["editors"])
    return draft


def _counts(draft: Draft) -> dict[str, int]:
    """How much a draft changes in its base."""
    return compare(draft.base.files if draft.base else {}, draft.files).counts


def _saved(draft: Draft, username: str, files: Mapping[str, str]) -> None:
    checked(files)
    draft.files = dict(files)
    draft.counts = _counts(draft)
    draft.editors = sorted({*draft.editors, username})
    draft.revision += 1
    draft.save(update_fields=["files", "base", "counts", "editors", "revision", "changed_at"])


@transaction.atomic
def save_file(*, by: User, draft: Draft, path: str, text: str, revision: int) -> Draft:
    """Write one file of a draft; new rows of a table get the next ids of their table.

    Raises StaleError when the draft is no longer at `revision`.
    """
    username = _officer(by)
    locked = _at_revision(draft, revision)
    before = locked.files.get(path, "")
    if path.endswith(".dmn"):
        base = locked.base.files.get(path, "") if locked.base else ""
        known = rule_ids.ids_in(before) | rule_ids.ids_in(base)
        text = rule_ids.numbered(path, text, known, editions.rule_ids_ever(path))
    if path in locked.files and before == text:
        return locked
    _saved(locked, username, locked.files | {path: text})
    _step(username, locked, Kind.EDITED, path=path, revision=locked.revision)
    return locked


@transaction.atomic
def remove_file(*, by: User, draft: Draft, path: str, revision: int) -> Draft:
    """Take one file out of a draft."""
    username = _officer(by)
    locked = _at_revision(draft, revision)
    if path not in locked.files:
        raise RefusedError(gettext("%(name)s has no %(path)s.") % {"name": locked.name, "path": path})
    if path in night_reads.get()():
        raise RefusedError(gettext("The night reads %(path)s; it cannot be removed.") % {"path": path})
    _saved(locked, username, {one: text for one, text in locked.files.items() if one != path})
    _step(username, locked, Kind.EDITED, path=path, removed=True, revision=locked.revision)
    return locked


@transaction.atomic
def merge(*, by: User, draft: Draft, choices: Mapping[str, str], revision: int | None = None) -> Draft:
    """Bring what changed under a draft into it. Raises UnresolvedError while a conflict has no choice."""
    username = _officer(by)
    editions.gate()
    locked = _at_revision(draft, revision)
    merged, head = editions.merge_of(locked, choices)
    if merged.conflicts:
        raise UnresolvedError(
            ngettext(
                "Decide the %(count)s place that both changed.",
                "Decide the %(count)s places that both changed.",
                len(merged.conflicts),
            )
            % {"count": len(merged.conflicts)},
            merged,
        )
    old, locked.base = locked.base_id, head
    _saved(locked, username, merged.files)
    _step(
        username, locked, Kind.MERGED, before=str(old), base=head.pk, choices=dict(choices),
        renamed=dict(merged.renamed), revision=locked.revision,
    )  # fmt: skip
    return locked


@transaction.atomic
def submit(
    *,
    by: User,
    draft: Draft,
    comment: str,
    effective_from: date,
    simulation: str = "",
    evidence: Mapping[str, Any] | None = None,
    revision: int | None = None,
) -> Draft:
    """Freeze a draft and hand it to somebody else for approval.

    simulation, evidence: the id of the simulation that goes with it, and what it showed. revision: of the
    content that the submitter saw. Raises NeedsMergeError when another version was submitted or approved
    since the draft was begun, StaleError when the draft is no longer at `revision`.
    """
    username, comment = _officer(by), _commented(comment)
    editions.gate()
    locked = _at_revision(draft, revision)
    require_base(locked, editions.head())
    require_day(effective_from, editions.earliest_start())
    require_sound(locked.files)
    version = keep(by=by, files=locked.files)
    if version.pk == locked.base_id:
        raise RefusedError(gettext("%(name)s changes nothing.") % {"name": locked.name})
    locked.version, locked.state = version, State.SUBMITTED
    locked.submitted_by, locked.submitted_at = username, timezone.now()
    # Whoever submitted it once had a part in it, also when somebody else submits it again.
    locked.editors = sorted({*locked.editors, username})
    locked.effective_from, locked.simulation = effective_from, simulation
    locked.evidence = dict(evidence or {})
    locked.counts = _counts(locked)
    locked.save()
    _step(
        username, locked, Kind.SUBMITTED, comment, version=version.pk,
        effective_from=effective_from.isoformat(), simulation=simulation,
    )  # fmt: skip
    return locked


@transaction.atomic
def give_back(*, by: User, draft: Draft, comment: str) -> Draft:
    """Give a submission back to be worked on again; also for its own submitter."""
    username, comment = _officer(by), _commented(comment)
    editions.gate()
    locked = _locked(draft, State.SUBMITTED)
    version = str(locked.version_id)
    locked.state, locked.version = State.DRAFT, None
    locked.submitted_by, locked.submitted_at = "", None
    locked.revision += 1
    locked.save()
    _step(username, locked, Kind.RETURNED, comment, version=version)
    return locked


@transaction.atomic
def approve(*, by: User, draft: Draft, comment: str, revision: int | None = None) -> Draft:
    """Put a submission in force from its date. Only for somebody who had no part in it.

    revision: of the content that the approver saw; a submission can be given back and come again changed.
    """
    username, comment = _officer(by), _commented(comment)
    editions.gate()
    locked = _at_revision(draft, revision, State.SUBMITTED)
    if username in editions.hands(locked):
        raise RefusedError(
            gettext("You had a part in %(name)s; somebody who had none must approve it.")
            % {"name": locked.name}
        )
    require_base(locked, editions.approved_head())
    if locked.effective_from is not None:
        require_day(locked.effective_from, editions.earliest_start(approved_only=True))
    require_sound(locked.files)
    locked.state = State.APPROVED
    locked.approved_by, locked.approved_at = username, timezone.now()
    locked.save()
    _step(username, locked, Kind.APPROVED, comment, version=str(locked.version_id))
    return locked


@transaction.atomic
def withdraw(*, by: User, draft: Draft, comment: str) -> Draft:
    """End a draft that nobody wants any more; also an edition that does not hold yet and has no successor."""
    username, comment = _officer(by), _commented(comment)
    editions.gate()
    locked = _locked(draft, State.DRAFT, State.SUBMITTED, State.APPROVED)
    if locked.state == State.APPROVED and not editions.can_be_withdrawn(locked):
        raise RefusedError(
            gettext("%(name)s holds already, or a later edition is built on it; submit a change instead.")
            % {"name": locked.name}
        )
    before, locked.state = locked.state, State.WITHDRAWN
    locked.save()
    _step(username, locked, Kind.WITHDRAWN, comment, before=before)
    return locked
