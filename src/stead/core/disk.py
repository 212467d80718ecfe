"""A disk that is full, or would be: known by any library's error, said in a sentence with what to do."""

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

FULL = (errno.ENOSPC, errno.EDQUOT)
# DuckDB, PostgreSQL and Arrow pass on what the system says, PostgreSQL also by its own code.
WORDS = tuple(os.strerror(number) for number in FULL)
SQLSTATE_FULL = "53100"
MIB = 1024**2


class SmallDiskError(Exception):
    """What is asked for would not fit; the message says what it needs and what there is."""


def is_full(error: BaseException) -> bool:
    """Whether an error, or what caused it, is that a disk is full."""
    return any(
        getattr(one, "errno", None) in FULL
        or getattr(one, "sqlstate", None) == SQLSTATE_FULL
        or any(word in str(one) for word in WORDS)
        for one in _causes(error)
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def free_bytes(folder: Path) -> int:
    """What may still be written to the disk of a folder that may not be there yet."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def said_full(folder: Path) -> str:
    """What is told of a full disk."""
    return (
        f"The disk of {folder} is full ({free_bytes(folder) // MIB:,} MiB are free). Nothing that was there "
        "is lost. Make room, and give the same command again; it goes on where it stood."
    )


def refuse_small(folder: Path, needed: int, what: str) -> None:
    """Raise SmallDiskError when `needed` bytes do not fit any more on the disk of a folder."""
    free = free_bytes(folder)
    if free < needed:
        raise SmallDiskError(
            f"{what} needs about {needed // MIB:,} MiB in {folder}, where {free // MIB:,} MiB are free. Make "
            "room, or put STEAD_DATA on a larger disk."
        )
