"""What a file is, told by its first bytes, whatever its name says."""

import zipfile
from pathlib import Path

# The bytes with which files of a kind begin, and what such a file is called.
BEGINNINGS = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PAR1", "parquet"),
    (b"%PDF", "pdf"),
    (b"SQLite format 3\x00", "sqlite"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "rar"),
    (b"ORC", "orc"),
    (b"Obj\x01", "avro"),
)
NAMES = {
    "xlsx": "an Excel workbook (.xlsx)",
    "xls": "an Excel workbook of the old form (.xls) or one with a password",
    "ods": "an OpenDocument spreadsheet (.ods)",
    "docx": "a Word document (.docx)",
    "zip": "a zip archive",
    "gzip": "compressed by gzip",
    "zstd": "compressed by zstd",
    "parquet": "a Parquet file",
    "pdf": "a PDF document",
    "sqlite": "an SQLite database",
    "duckdb": "a DuckDB database",
    "bzip2": "compressed by bzip2",
    "xz": "compressed by xz",
    "7z": "a 7z archive",
    "rar": "a RAR archive",
    "orc": "an ORC file",
    "avro": "an Avro file",
    "html": "an HTML page, as some systems export tables under the name of a workbook",
    "xml": "an XML document",
}
# What mapping.toml should say for such a file, or what to do with it first.
REMEDIES = {
    "xlsx": 'kind = "xlsx", with sheet = "..." when it has several sheets',
    "parquet": 'kind = "parquet"',
    "sqlite": 'kind = "sqlite" and table = "..."',
    "duckdb": 'kind = "duckdb" and table = "..."',
    "gzip": 'compression = "gzip"',
    "zstd": 'compression = "zstd"',
    "zip": 'compression = "zip", with member = "..." when it holds several files',
    "xls": 'the workbook saved as .xlsx without a password, and kind = "xlsx"',
    "ods": 'the spreadsheet saved as .xlsx, and kind = "xlsx"',
}
NO_REMEDY = "the same table as text, .xlsx or Parquet"


def kind_of(path: Path) -> str:
    """The kind of a file by its first bytes: a key of NAMES, or "text" when nothing else is recognised."""
    with path.open("rb") as file:
        first = file.read(512)
    if first.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive_kind(path)
    if first[8:12] == b"DUCK":
        return "duckdb"
    for beginning, kind in BEGINNINGS:
        if first.startswith(beginning):
            return kind
    text = first.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta")):
        return "html"
    return "xml" if text.startswith(b"<?xml") else "text"


def _archive_kind(path: Path) -> str:
    """What a zip archive is: the office programs' files are archives too."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and b"opendocument.spreadsheet" in archive.read("mimetype"):
                return "ods"
    except (zipfile.BadZipFile, OSError, RuntimeError):
        return "zip"
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return "xlsx"
    return "docx" if "word/document.xml" in names else "zip"


def mismatch(path: Path, declared: str) -> str:
    """What is wrong when a file is not of the kind that mapping.toml declares; empty when it is.

    declared: a kind of NAMES, or "text".
    """
    kind = kind_of(path)
    if kind == declared:
        return ""
    expected = NAMES.get(declared, "text")
    if kind == "text":
        right = f"the file as {expected}, or, when it is text as it seems, a source without that entry"
        return f"this is not {expected}; right would be {right}."
    return f"this is {NAMES[kind]}, not {expected}; right would be {REMEDIES.get(kind, NO_REMEDY)}."
