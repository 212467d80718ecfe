"""A handbook as a zip or a folder, in and out to the byte; what is no handbook, or hostile, is refused."""

import io
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from os import walk
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext

from stead.handbook.content.book import FILE_BYTES_MAX, FILES_MAX, SUFFIXES

ZIP_BYTES_MAX = 10_000_000
TOTAL_BYTES_MAX = 20_000_000
ENTRIES_MAX = 2 * FILES_MAX  # folders have entries too
DEPTH_MAX = 4
LINES_MAX = 50_000  # more than people read, and differences of two such files are still found in seconds
PATH_LENGTH_MAX = 200
_SAME_TIME = (1980, 1, 1, 0, 0, 0)  # of every entry: the same files are the same zip
_HEAP = 65_536
# What the library raises at a zip whose bytes lie: places before its beginning, names in no encoding.
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError,
           RuntimeError, OSError, ValueError, IndexError)  # fmt: skip


class ArchiveError(ValueError):
    """Why a zip, a folder or a file cannot be taken in; the message names it and says what would be right."""


@dataclass(frozen=True)
class Content:
    """The files of a handbook by path, and the paths that were left out (hidden files and folders)."""

    files: dict[str, str]
    left_out: tuple[str, ...] = ()


def _refuse(path: str, reason: str) -> ArchiveError:
    shown = path if len(path) <= PATH_LENGTH_MAX else f"{path[:PATH_LENGTH_MAX]}…"
    return ArchiveError(f"{shown}: {reason}".encode("utf-8", "replace").decode())


def check_path(path: str) -> None:
    """Raise ArchiveError unless a path is a plain one within the handbook, with a suffix that it may have."""
    parts = path.split("/")
    if path.startswith("/") or ":" in parts[0]:
        raise _refuse(
            path, gettext("the path is absolute; it should begin with a clause, as in 2.2/tier.dmn")
        )
    if ".." in parts:
        raise _refuse(path, gettext("the path leads out of the handbook; it may not have .. in it"))
    if "\\" in path or not all(parts) or "." in parts or not path.isprintable():
        raise _refuse(path, gettext("the path should be plain names joined by /, as in 2.2/tier.dmn"))
    if len(path) > PATH_LENGTH_MAX:
        raise _refuse(path, gettext("the path has more than %(most)s characters") % {"most": PATH_LENGTH_MAX})
    if len(parts) > DEPTH_MAX:
        raise _refuse(path, gettext("folders are nested more than %(most)s deep") % {"most": DEPTH_MAX - 1})
    if not path.endswith(SUFFIXES) or PurePosixPath(path).stem.startswith("."):
        raise _refuse(path, gettext("a handbook has files that end in %(suffixes)s") % {"suffixes": _known()})


def _known() -> str:
    return ", ".join(SUFFIXES)


def check_text(path: str, text: str) -> None:
    """Raise ArchiveError for a file that is too large or that the database cannot keep."""
    try:
        _check_size(path, len(text.encode()))
    except UnicodeEncodeError:
        raise _refuse(path, gettext("it has half of a character; a handbook's files are texts")) from None
    if text.count("\n") >= LINES_MAX:
        raise _refuse(path, gettext("a file has at most %(most)s lines") % {"most": f"{LINES_MAX:,}"})
    if "\0" in text:
        raise _refuse(path, gettext("it has a NUL character; a handbook's files are texts"))


def _check_size(path: str, size: int) -> None:
    if size > FILE_BYTES_MAX:
        told = {"size": f"{size:,}", "most": f"{FILE_BYTES_MAX:,}"}
        raise _refuse(path, gettext("%(size)s bytes; a file has at most %(most)s") % told)


def _decoded(path: str, data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refuse(
            path, gettext("not UTF-8 at byte %(place)s; save it as UTF-8") % {"place": error.start}
        ) from None
    check_text(path, text)
    return text


def check_files(files: Mapping[str, str]) -> None:
    """Raise ArchiveError unless the files can be a handbook: paths, sizes, number, and params.csv."""
    if len(files) > FILES_MAX:
        told = {"count": f"{len(files):,}", "most": f"{FILES_MAX:,}"}
        raise ArchiveError(gettext("%(count)s files; a handbook has at most %(most)s") % told)
    folded: dict[str, str] = {}
    for path, text in files.items():
        check_path(path)
        check_text(path, text)
        other = folded.setdefault(path.casefold(), path)
        if other != path:
            raise _refuse(path, gettext("differs from %(other)s only in capitals") % {"other": other})
    if sum(len(text.encode()) for text in files.values()) > TOTAL_BYTES_MAX:
        most = {"most": f"{TOTAL_BYTES_MAX:,}"}
        raise ArchiveError(gettext("the files have more than %(most)s bytes together") % most)
    if "params.csv" not in files:
        raise ArchiveError(gettext("params.csv is missing; it holds the handbook's dated numbers"))


def to_zip(files: Mapping[str, str]) -> bytes:
    """The files as a zip; the same files give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as packed:
        for path in sorted(files):
            check_path(path)
            entry = zipfile.ZipInfo(path, _SAME_TIME)
            entry.create_system = 3  # as Unix has it, wherever it is packed
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            packed.writestr(entry, files[path].encode())
    return stream.getvalue()


def from_zip(data: bytes) -> Content:
    """The handbook in a zip. A single folder around all files is taken off.

    Raises ArchiveError before anything is unpacked where the list of entries shows what is wrong, and while
    unpacking as soon as there is more than was declared.
    """
    if len(data) > ZIP_BYTES_MAX:
        told = {"size": f"{len(data):,}", "most": f"{ZIP_BYTES_MAX:,}"}
        raise ArchiveError(gettext("the zip has %(size)s bytes; at most %(most)s are taken") % told)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            wanted, left_out = _entries(packed.infolist())
            files = {path: _unpacked(packed, path, entry) for path, entry in wanted.items()}
    except ArchiveError:
        raise
    except _BROKEN as error:
        raise ArchiveError(gettext("the zip cannot be read: %(error)s") % {"error": error}) from None
    check_files(files)
    return Content(files, left_out)


def _entries(entries: list[zipfile.ZipInfo]) -> tuple[dict[str, zipfile.ZipInfo], tuple[str, ...]]:
    """The entries to unpack by path, and those to leave out; refuses what the list shows already."""
    if len(entries) > ENTRIES_MAX:
        told = {"count": f"{len(entries):,}", "most": f"{ENTRIES_MAX:,}"}
        raise ArchiveError(gettext("the zip has %(count)s entries; at most %(most)s are taken") % told)
    kept: dict[str, zipfile.ZipInfo] = {}
    left_out = []
    for entry in entries:
        name = entry.orig_filename
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise _refuse(name, gettext("it is a link; a handbook has files only"))
        if entry.flag_bits & 1:
            raise _refuse(name, gettext("it is encrypted; pack it without a password"))
        if name in kept:
            raise _refuse(name, gettext("it is in the zip twice"))
        if entry.is_dir():
            # A folder alone is nothing to keep, but it must not lead anywhere either.
            check_path(f"{name.rstrip('/')[-PATH_LENGTH_MAX:]}.md")
        elif _is_hidden(name):
            left_out.append(name)
        else:
            kept[name] = entry
    outer = _outer_folder(kept)
    found = {name.removeprefix(outer): entry for name, entry in kept.items()}
    for path, entry in found.items():
        check_path(path)
        _check_size(path, entry.file_size)
    if sum(entry.file_size for entry in found.values()) > TOTAL_BYTES_MAX:
        most = {"most": f"{TOTAL_BYTES_MAX:,}"}
        raise ArchiveError(gettext("the files have more than %(most)s bytes together") % most)
    return found, tuple(sorted(left_out))


def _is_hidden(path: str) -> bool:
    """Whether it belongs to another program (.git, .DS_Store, __MACOSX) and not to the handbook."""
    parts = path.split("/")
    return any((part.startswith(".") and part not in {".", ".."}) or part == "__MACOSX" for part in parts)


def _outer_folder(paths: Iterable[str]) -> str:
    """The folder that is around everything, with its slash; "" when params.csv lies outside of any."""
    tops = {path.partition("/")[0] for path in paths}
    # "../params.csv" and "/params.csv" lie in no folder of the zip: they stay, to be refused.
    outer = f"{min(tops)}/" if len(tops) == 1 and not tops & {"", ".", ".."} else ""
    return outer if f"{outer}params.csv" in set(paths) else ""


def _unpacked(packed: zipfile.ZipFile, path: str, entry: zipfile.ZipInfo) -> str:
    """One entry's text; stops as soon as it is larger than a file may be, whatever was declared."""
    parts, size = [], 0
    with packed.open(entry) as stream:
        while part := stream.read(_HEAP):
            size += len(part)
            _check_size(path, size)
            parts.append(part)
    return _decoded(path, b"".join(parts))


def from_folder(folder: Path) -> Content:
    """The handbook in a folder. Hidden files and folders are left out and named; links are refused."""
    if not folder.is_dir():
        raise ArchiveError(gettext("%(folder)s: there is no such folder") % {"folder": folder})
    files: dict[str, str] = {}
    left_out = []
    for place, folders, names in walk(folder):
        for name in sorted([*folders, *names]):
            path = Path(place, name)
            said = path.relative_to(folder).as_posix()
            if _is_hidden(name):
                left_out.append(said)
            elif path.is_symlink():
                raise _refuse(said, gettext("it is a link; a handbook has files only"))
            elif name in names:
                check_path(said)
                _check_size(said, path.stat().st_size)
                files[said] = _decoded(said, path.read_bytes())
        folders[:] = sorted(one for one in folders if not _is_hidden(one))
        if len(files) > FILES_MAX:
            break
    check_files(files)
    return Content(files, tuple(sorted(left_out)))


def take(path: Path) -> Content:
    """The handbook in a folder or a zip file."""
    if path.is_dir():
        return from_folder(path)
    if path.stat().st_size > ZIP_BYTES_MAX:
        told = {"size": f"{path.stat().st_size:,}", "most": f"{ZIP_BYTES_MAX:,}"}
        raise ArchiveError(gettext("the zip has %(size)s bytes; at most %(most)s are taken") % told)
    return from_zip(path.read_bytes())


def to_folder(files: Mapping[str, str], folder: Path) -> None:
    """Write the files below a folder that is empty or not there yet."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ArchiveError(gettext("%(folder)s is there already and not empty") % {"folder": folder})
    for path, text in files.items():
        check_path(path)
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode())
