"""The raw files that a mapping declares: where they lie, how they are called, which columns they have."""

import codecs
import difflib
import io
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatch
from pathlib import Path

import pyarrow as pa

from stead.core.formats import counted
from stead.extracts.delivery import ContractError
from stead.extracts.mapping import COMPRESSIONS, Mapping, MappingError, Source
from stead.extracts.raw_kinds import mismatch
from stead.extracts.raw_rows import Form, RawRow, split_rows

BOM = "\ufeff"  # a mark that programs put at a text's beginning; it belongs to no value


@dataclass(frozen=True)
class RawFile:
    """A file of a source (or the table of a database), ready to be read."""

    source: Source
    path: Path  # what is read: the file itself, or what was unpacked from it
    name: str  # what rejects call it: "accounts.csv", "core.zip/accounts.csv", "core.accounts"
    shown: str  # what messages call it, with its folder


def find_files(mapping: Mapping, source: Source, folder: Path, day: date, work: Path) -> list[RawFile]:
    """The files of a source, unpacked into `work` where they lie in an archive.

    Raises ContractError when there is none, or when one is of another kind than the mapping says.
    """
    if source.kind == "postgresql":
        return [RawFile(source, folder, source.table, f"${source.address}, table {source.table}")]
    place = f"{mapping.toml}: [sources.{source.name}]"
    try:
        name = source.file.format(date=day)
    except (KeyError, IndexError, ValueError):
        raise MappingError(
            f"{place} file {source.file!r} cannot be read; right would be a name, with the day as "
            '"{date:%Y%m%d}".'
        ) from None
    found = sorted(folder.glob(name)) if "*" in name else [folder / name]
    if not found or not all(path.is_file() for path in found):
        raise ContractError(
            f"{folder / name}: the file is missing; {mapping.toml} expects it as [sources.{source.name}] "
            f"with the columns {', '.join(source.columns)}."
        )
    declared = source.compression if source.compression != "none" else source.kind
    for path in found:
        if wrong := mismatch(path, declared):
            tried = "" if source.compression == "none" else f"cannot be read with compression {declared!r}: "
            raise ContractError(f"{path}: {tried}{wrong}")
    if source.compression != "zip":
        called = f"#{source.table}" if source.table else ""
        return [RawFile(source, path, path.name + called, str(path)) for path in found]
    return [file for path in found for file in _unpacked(source, path, work)]


def _unpacked(source: Source, path: Path, work: Path) -> list[RawFile]:
    """The members of an archive that the source asks for, unpacked; ContractError when it is unclear."""
    names = archive_members(path)
    wanted = [name for name in names if fnmatch(name, source.member or "*")]
    if not wanted or (len(wanted) > 1 and not source.member):
        held = ", ".join(names) or "no file"
        told = f"no file {source.member}" if source.member else counted(len(names), "file")
        raise ContractError(
            f'{path}: the archive holds {told} ({held}); right would be one of them as member = "..." in '
            f"[sources.{source.name}], or a pattern with *."
        )
    files: list[RawFile] = []
    for name in wanted:
        out = work / "raw" / f"{source.name}.{path.name}.{len(files)}.unpacked"
        unpack(path, name, out)
        shown = f"{path}/{name}"
        if wrong := mismatch(out, source.kind):
            raise ContractError(f"{shown}: {wrong}")
        files.append(RawFile(replace(source, compression="none"), out, f"{path.name}/{name}", shown))
    return files


def unpack(path: Path, name: str, out: Path) -> None:
    """Write a member of an archive to `out`; raises ContractError when it is damaged or locked."""
    try:
        with _archive(path) as archive, archive.open(name) as member, out.open("wb") as file:
            shutil.copyfileobj(member, file)
    except (zipfile.BadZipFile, RuntimeError, OSError, EOFError) as error:
        raise ContractError(
            f"{path}: {name} cannot be unpacked ({error}); right would be a whole archive without a password."
        ) from None


def _archive(path: Path) -> zipfile.ZipFile:
    """An archive with its names as written: programs in China write them in GBK and do not say so."""
    try:
        return zipfile.ZipFile(path, metadata_encoding="gb18030")
    except UnicodeDecodeError:
        return zipfile.ZipFile(path)


def archive_members(path: Path) -> list[str]:
    """The names of the files in an archive. Raises ContractError when it is damaged."""
    try:
        with _archive(path) as archive:
            names = [each.filename for each in archive.infolist() if not each.is_dir()]
    except zipfile.BadZipFile as error:
        raise ContractError(
            f"{path}: the archive is damaged ({error}); right would be the whole file, sent again."
        ) from None
    return sorted(name for name in names if not name.startswith("__MACOSX/"))


def codec_of(source: Source) -> str | None:
    """The compression as pyarrow calls it."""
    return None if source.compression == "none" else source.compression


@contextmanager
def text_of(file: RawFile) -> Iterator[io.TextIOWrapper]:
    """A raw file as text; raises ContractError when its bytes are in another encoding, or cut off."""
    source = file.source
    encoding = "utf-8-sig" if codecs.lookup(source.encoding).name == "utf-8" else source.encoding
    try:
        with pa.input_stream(file.path, compression=codec_of(source)) as stream:
            yield io.TextIOWrapper(stream, encoding=encoding, newline="")
    except UnicodeError as error:
        wrong = (
            error.object[error.start : error.end].hex(" ") if isinstance(error, UnicodeDecodeError) else ""
        )
        raise ContractError(
            f"{file.shown}{_undecodable_line(file)}: the bytes {wrong} are not {source.encoding}; "
            "right would be the encoding that the file has, declared in mapping.toml, such as "
            'encoding = "gb18030".'
        ) from None
    except OSError as error:
        told = f"{file.shown}: cannot be read with compression {source.compression!r} ({error})"
        if "runcated" in str(error):
            raise ContractError(
                f"{told}: its end is missing; right would be the whole file, sent again."
            ) from None
        raise ContractError(
            f"{told}; right would be what it has: one of {', '.join(COMPRESSIONS)}."
        ) from None


def _undecodable_line(file: RawFile) -> str:
    """The line whose bytes are wrong, for encodings in which a line's end is one byte."""
    source = file.source
    if source.compression != "none" or "16" in source.encoding or "32" in source.encoding:
        return ""
    with file.path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                line.decode(source.encoding)
            except UnicodeDecodeError:
                return f", line {number}"
    return ""


def rows_of(file: RawFile, text: io.TextIOWrapper, columns: int = 0) -> Iterator[RawRow]:
    """The rows of a text from its beginning, those that are skipped left out."""
    source = file.source
    for _ in range(source.skip):
        text.readline()
    lines = (line.removeprefix(BOM) if nth == 0 else line for nth, line in enumerate(text))
    return split_rows(lines, Form(source.delimiter, source.quote, columns), source.skip + 1)


def header_of(file: RawFile) -> list[str]:
    """The columns of a text file in order; raises ContractError when one that is declared is missing."""
    source = file.source
    with text_of(file) as text:
        first = next(rows_of(file, text), None)
    if source.header:
        return checked_header(file, first.values if first else [], f"separated by {source.delimiter!r}")
    if first is not None and not first.stray and len(first.values) != len(source.columns):
        raise ContractError(
            f"{file.shown}, line {first.number}: {counted(len(first.values), 'value')}; "
            f"expected {len(source.columns)}, "
            f"separated by {source.delimiter!r}: {', '.join(source.columns)}."
        )
    return list(source.columns)


def checked_header(file: RawFile, header: list[str], how: str) -> list[str]:
    """The names of a header, one for each place; raises ContractError with all that is wrong with them."""
    # A delimiter at the end of each line makes a column without a name, which nobody can ask for.
    names = [name.strip() or f"_unnamed_{place}" for place, name in enumerate(header)]
    faults, columns = [], file.source.columns
    missing = [column for column in columns if column not in names]
    if missing:
        near = {column: difflib.get_close_matches(column, names, 1) for column in missing}
        alone = len(missing) == 1
        hints = [f"is {'it' if alone else c} now called {near[c][0]}?" for c in missing if near[c]]
        if len(missing) == len(columns):
            hints.append("is there no header? then header = false")
        hint = f" ({'; '.join(hints)})" if hints else ""
        told = f"the column {missing[0]} is" if alone else f"the columns {', '.join(missing)} are"
        faults.append(
            f"{file.shown}: {told} missing{hint}; expected {', '.join(columns)}, {how}; the header has "
            f"{', '.join(names) or 'nothing'}."
        )
    twice = sorted({name for name in names if names.count(name) > 1}, key=names.index)
    if twice:
        told = f"the header has the column {', '.join(twice)} twice; expected each name once."
        faults.append(f"{file.shown}: {told}")
    if faults:
        raise ContractError("\n".join(faults))
    return names
