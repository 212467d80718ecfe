"""Every write of drafts and editions of the handbook."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from stead.access.models import Role, User
from stead.access.queries import has_role
from stead.audit.actions import record
from stead.handbook import editions
from stead.handbook.book import SUFFIXES, Handbook
from stead.handbook.models import FOUNDING_DAY, Draft, Step, Version

State = Draft.State
Kind = Step.Kind
FILE_BYTES_MAX = 1_000_000
FOUNDING_NAME = "founding"
COMMENT_LENGTH_MIN = 2


class RefusedError(ValueError):
    """The write makes no sense; the message says to the user what would."""


class StaleError(RefusedError):
    """Somebody saved the draft meanwhile; what was sent would undo that."""


class NeedsMergeError(RefusedError):
    """The handbook changed under the draft; the changes must be merged first."""


def _officer(by: User) -> str:
    """The username, if this user may change the handbook."""
    if not has_role(by, Role.POLICY_OFFICER):
        raise PermissionDenied
    return by.get_username()


def _locked(draft: Draft) -> Draft:
    """The draft as it is now, held until the end of the transaction."""
    return Draft.objects.select_for_update(of=("self",)).get(pk=draft.pk)


def _gate() -> None:
    """Wait for every other submission, approval and withdrawal: what they are based on is one for all."""
    list(Draft.objects.select_for_update(of=("self",)).filter(base__isnull=True).values_list("pk"))


def _open(draft: Draft) -> Draft:
    locked = _locked(draft)
    if not locked.is_open:
        raise RefusedError(f"{locked.name} is {locked.state}; only a draft can be changed")
    return locked


def _commented(comment: str) -> str:
    comment = comment.strip()
    if len(comment) < COMMENT_LENGTH_MIN:
        raise RefusedError("say in a few words what for; the comment stays with the draft and in the ledger")
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


def keep(*, files: Mapping[str, str]) -> Version:
    """The stored version of a content; stored now if it was not."""
    version, _ = Version.objects.get_or_create(
        version=Handbook(files).version, defaults={"files": dict(files)}
    )
    return version


@transaction.atomic
def found(*, by: User | str, files: Mapping[str, str]) -> Draft:
    """Make a content the founding edition, in force from the beginning; the one that there is, if any."""
    there = Draft.objects.filter(base__isnull=True).select_related("version").first()
    if there is not None:
        return there
    name = by if isinstance(by, str) else by.get_username()
    now = timezone.now()
    draft = Draft.objects.create(
        name=FOUNDING_NAME, files=dict(files), version=keep(files=files), state=State.APPROVED, author=name,
        submitted_by=name, submitted_at=now, approved_by=name, approved_at=now, effective_from=FOUNDING_DAY,
    )  # fmt: skip
    _step(name, draft, Kind.APPROVED, version=str(draft.version_id))
    return draft


@transaction.atomic
def start_draft(*, by: User, name: str, base: Version | None = None) -> Draft:
    """Begin a draft from a version; from the one that a submission must be based on when none is given."""
    username = _officer(by)
    base = base or editions.head()
    if base is None:
        raise RefusedError("there is no handbook yet to start from; the first night or an import brings it")
    name = _free_name(name)
    draft = Draft.objects.create(name=name, base=base, files=base.files, author=username)
    _step(username, draft, Kind.CREATED, base=base.pk)
    return draft


def _free_name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= 60:
        raise RefusedError("a draft has a name of 1 to 60 characters, such as 2026.5")
    if Draft.objects.filter(name=name).exists():
        raise RefusedError(f"there is a draft or an edition named {name} already; choose another name")
    return name


def _saved(draft: Draft, username: str) -> Draft:
    draft.editors = sorted({*draft.editors, username})
    draft.revision += 1
    draft.save(update_fields=["files", "base", "editors", "revision", "changed_at"])
    return draft


@transaction.atomic
def save_file(*, by: User, draft: Draft, path: str, text: str, revision: int) -> Draft:
    """Write one file of a draft. Raises StaleError when the draft is no longer at `revision`."""
    username = _officer(by)
    if not path.endswith(SUFFIXES):
        raise RefusedError(f"{path}: a handbook has files that end in {', '.join(SUFFIXES)}")
    if len(text.encode()) > FILE_BYTES_MAX:
        raise RefusedError(f"{path}: {len(text.encode()):,} bytes; a file has at most {FILE_BYTES_MAX:,}")
    locked = _open(draft)
    if locked.revision != revision:
        raise StaleError(f"{locked.name} was saved meanwhile; load it again before you change it")
    if locked.files.get(path) == text:
        return locked
    locked.files[path] = text
    _saved(locked, username)
    _step(username, locked, Kind.EDITED, path=path, revision=locked.revision)
    return locked


@transaction.atomic
def remove_file(*, by: User, draft: Draft, path: str, revision: int) -> Draft:
    """Take one file out of a draft."""
    username = _officer(by)
    locked = _open(draft)
    if locked.revision != revision:
        raise StaleError(f"{locked.name} was saved meanwhile; load it again before you change it")
    if path not in locked.files:
        raise RefusedError(f"{locked.name} has no {path}")
    del locked.files[path]
    _saved(locked, username)
    _step(username, locked, Kind.EDITED, path=path, removed=True, revision=locked.revision)
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
) -> Draft:
    """Freeze a draft and hand it to somebody else for approval."""
    username, comment = _officer(by), _commented(comment)
    _gate()
    locked = _open(draft)
    head = editions.head()
    if head is None or locked.base_id != head.pk:
        raise NeedsMergeError(f"the handbook changed under {locked.name}; merge the changes first")
    locked.version = keep(files=locked.files)
    locked.state = State.SUBMITTED
    locked.submitted_by, locked.submitted_at = username, timezone.now()
    locked.effective_from, locked.simulation = effective_from, simulation
    locked.evidence = dict(evidence or {})
    locked.save()
    _step(username, locked, Kind.SUBMITTED, comment, version=locked.version.pk)
    return locked


@transaction.atomic
def give_back(*, by: User, draft: Draft, comment: str) -> Draft:
    """Give a submission back to be worked on again."""
    username, comment = _officer(by), _commented(comment)
    _gate()
    locked = _locked(draft)
    if locked.state != State.SUBMITTED:
        raise RefusedError(f"{locked.name} is {locked.state}; only a submission can be given back")
    locked.state = State.DRAFT
    locked.revision += 1
    locked.save()
    _step(username, locked, Kind.RETURNED, comment)
    return locked


@transaction.atomic
def approve(*, by: User, draft: Draft, comment: str) -> Draft:
    """Put a submission in force from its date. Only for somebody who had no part in it."""
    username, comment = _officer(by), _commented(comment)
    _gate()
    locked = _locked(draft)
    if locked.state != State.SUBMITTED:
        raise RefusedError(f"{locked.name} is {locked.state}; only a submission can be approved")
    if username in {locked.author, locked.submitted_by, *locked.editors}:
        raise RefusedError(f"you worked on {locked.name}; somebody who did not must approve it")
    approved = editions.approved_head()
    if approved is None or locked.base_id != approved.pk:
        raise NeedsMergeError(f"{locked.name} is not based on the approved handbook; give it back to merge")
    locked.state = State.APPROVED
    locked.approved_by, locked.approved_at = username, timezone.now()
    locked.save()
    _step(username, locked, Kind.APPROVED, comment, version=str(locked.version_id))
    return locked


@transaction.atomic
def withdraw(*, by: User, draft: Draft, comment: str) -> Draft:
    """End a draft that nobody wants any more."""
    username, comment = _officer(by), _commented(comment)
    _gate()
    locked = _locked(draft)
    if locked.state not in {State.DRAFT, State.SUBMITTED}:
        raise RefusedError(f"{locked.name} is {locked.state} and stays so")
    locked.state = State.WITHDRAWN
    locked.save()
    _step(username, locked, Kind.WITHDRAWN, comment)
    return locked
