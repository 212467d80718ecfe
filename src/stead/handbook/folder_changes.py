"""How the bank's folder of the handbook differs from the edition in force, by which the nights decide."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from stead.handbook import editions
from stead.handbook.content.book import Handbook, HandbookError, load
from stead.handbook.models import Draft


@dataclass(frozen=True)
class FolderChanges:
    """A folder that is not the edition in force."""

    folder: str
    files: tuple[str, ...] = ()  # changed, added or removed, in order of their paths
    problem: str = ""  # why the folder is no handbook; it then has no `files`
    draft: str = ""  # the name of the draft or of the coming edition that has this content already
    status: str = ""  # of that draft, as `editions.status_of` says it
    begins: date | None = None  # the first day by which that edition decides, once it is approved

    @property
    def command(self) -> str:
        """What brings the folder in as a draft."""
        return f"stead handbook import {shlex.quote(self.folder)} --name ... --comment ... --by ..."

    @property
    def sentence(self) -> str:
        """How it differs and what to do, for the command line."""
        if self.problem:
            return (
                f"{self.folder} cannot be read as a handbook, and the nights decide by the edition in force: "
                f"{self.problem}."
            )
        count = len(self.files)
        differ = f"file of {self.folder} differs" if count == 1 else f"files of {self.folder} differ"
        head = f"{count} {differ} from the edition in force, by which the nights decide"
        if self.begins:
            return f"{head}; from {self.begins} they decide by {self.draft}, which has this content."
        if self.draft:
            return f"{head}; {self.draft} has this content ({self.status}) and waits for its approval."
        return f"{head}; to bring the folder in as a draft, give `{self.command}`."


def folder_changes(folder: Path, in_force: Mapping[str, str], day: date) -> FolderChanges | None:
    """How a folder differs from the files of the edition in force on a day.

    None where nobody needs to act: it is the same, there is none, or it is an edition of before, which was
    changed on the pages since and is not to be put back by mistake.
    """
    if not folder.exists():
        return None
    try:
        found = load(folder)
    except (HandbookError, OSError) as error:
        return FolderChanges(str(folder), problem=str(error).removesuffix("."))
    names = sorted(
        name for name in found.files.keys() | in_force.keys() if found.files.get(name) != in_force.get(name)
    )
    if not names:
        return None
    same = _draft_of(found)
    if same is None:
        return FolderChanges(str(folder), tuple(names))
    status = editions.status_of(same, day)
    if status in {"superseded", "in force"}:
        return None
    begins = same.effective_from if status == "approved" else None
    return FolderChanges(str(folder), tuple(names), draft=same.name, status=status, begins=begins)


def _draft_of(found: Handbook) -> Draft | None:
    """The newest draft or edition with this content, unless it was withdrawn."""
    there = Draft.objects.exclude(state=Draft.State.WITHDRAWN).order_by("-pk")
    fixed = there.exclude(state=Draft.State.DRAFT).filter(version=found.version).defer("files").first()
    if fixed is not None:
        return fixed
    # Whoever works on a draft changes its files; its version, if it has one, is that of an old submission.
    drafts = there.filter(state=Draft.State.DRAFT)
    return next((draft for draft in drafts if draft.files == found.files), None)
