"""What a draft must satisfy before it goes a step further, and the refusals that say so."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext, ngettext

from stead.handbook.content import archive
from stead.handbook.content.differences import Comparison, Merged, compare
from stead.handbook.draft_check import problems
from stead.handbook.models import Draft, Version


class RefusedError(ValueError):
    """The write makes no sense; the message says to the user what would."""


class StaleError(RefusedError):
    """Somebody saved the draft meanwhile; what was sent would undo that."""


class NeedsMergeError(RefusedError):
    """The handbook changed under the draft. `comparison`: what changed since the draft was begun."""

    def __init__(self, message: str, comparison: Comparison) -> None:
        super().__init__(message)
        self.comparison = comparison


class UnresolvedError(RefusedError):
    """A merge leaves places that only a person can decide. `merged.conflicts` has them."""

    def __init__(self, message: str, merged: Merged) -> None:
        super().__init__(message)
        self.merged = merged


def checked(files: Mapping[str, str]) -> None:
    """Refuse files that can be no handbook."""
    try:
        archive.check_files(files)
    except archive.ArchiveError as error:
        raise RefusedError(str(error)) from None


def require_base(draft: Draft, head: Version | None) -> None:
    """Raises NeedsMergeError unless the draft stands on this version."""
    if head is not None and draft.base_id == head.pk:
        return
    since = compare(draft.base.files if draft.base else {}, head.files if head else {})
    raise NeedsMergeError(
        gettext("The handbook changed since %(name)s was begun; the changes must be merged into it first.")
        % {"name": draft.name},
        since,
    )


def require_day(effective_from: date, earliest: date) -> None:
    """Refuse a day whose night was run already, or that is before the edition that this one is built on."""
    if effective_from < earliest:
        # Earlier nights were run already, or another edition that this one is built on holds then.
        raise RefusedError(gettext("It can hold from %(earliest)s at the earliest.") % {"earliest": earliest})


def require_sound(files: Mapping[str, str]) -> None:
    """Refuse files in which the check finds errors."""
    checked(files)
    errors = [f"{one.path}: {one.text}" for one in problems(files) if one.severity == "error"]
    if errors:
        raise RefusedError(
            ngettext(
                "The check finds %(count)s error: %(error)s",
                "The check finds %(count)s errors; the first: %(error)s",
                len(errors),
            )
            % {"count": len(errors), "error": errors[0]}
        )
