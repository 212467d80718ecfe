"""A handbook goes in and out to the byte; what is hostile is refused, with its name and the reason."""

import io
import os
import stat
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from stead.handbook.content import archive
from stead.handbook.content.archive import ArchiveError, Content
from stead.handbook.content.book import Handbook, load
from stead.handbook.tests.making import FILES

PARAMS = FILES["params.csv"]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def packed(
    *entries: tuple[str | zipfile.ZipInfo, str | bytes], compress: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A zip of params.csv and these entries."""
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        warnings.simplefilter("ignore")  # of duplicates
        for name, text in (("params.csv", PARAMS), *entries):
            made.writestr(name, text)
    return stream.getvalue()


def link(target: str) -> tuple[zipfile.ZipInfo, str]:
    entry = zipfile.ZipInfo("2.2/tier.dmn")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry, target


def lying(size: int) -> bytes:
    """A zip of a file of two million bytes that says it has only `size`."""
    data = packed(("bomb.md", b"0" * 2_000_000))
    real, said = (2_000_000).to_bytes(4, "little"), size.to_bytes(4, "little")
    assert data.count(real) == 2
    return data.replace(real, said)


def far_away() -> bytes:
    """A zip whose list of entries says that it lies before the beginning of the file."""
    data = bytearray(packed())
    data[-6:-2] = (2**31).to_bytes(4, "little")
    return bytes(data)


def unnamed() -> bytes:
    """A zip with a name that says it is UTF-8 and is not."""
    return packed(("é.md", "x")).replace("é".encode(), b"\xff\xfe")


def corrupt() -> bytes:
    """A zip with an LZMA stream that is none."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_LZMA) as made:
        made.writestr("params.csv", PARAMS)
    data = bytearray(stream.getvalue())
    data[45:70] = b"\xff" * 25
    return bytes(data)


def test_half_of_a_character_is_refused() -> None:
    with pytest.raises(ArchiveError, match=r"a\.md: it has half of a character"):
        archive.check_text("a.md", "\ud800")


@pytest.mark.parametrize("made", [far_away, unnamed, corrupt])
def test_a_zip_whose_bytes_lie_is_refused_with_a_reason(made: Callable[[], bytes]) -> None:
    with pytest.raises(ArchiveError, match="the zip cannot be read"):
        archive.from_zip(made())


def test_the_default_handbook_is_the_same_version_after_a_zip_and_after_a_folder(tmp_path: Path) -> None:
    files = load(Path(settings.HANDBOOK)).files
    archive.to_folder(files, tmp_path / "out")
    for content in (archive.from_zip(archive.to_zip(files)), archive.from_folder(tmp_path / "out")):
        assert Handbook(content.files).version == Handbook(files).version


@pytest.mark.parametrize("text", ["a\r\nb\r\n", "\ufeffwith a mark", "no end", "\n\n", "中文", ""])
def test_every_byte_of_a_file_comes_back(tmp_path: Path, text: str) -> None:
    files = FILES | {"2.2/clause.md": text}
    archive.to_folder(files, tmp_path / "out")
    assert archive.from_folder(tmp_path / "out") == archive.from_zip(archive.to_zip(files)) == Content(files)


def test_the_same_files_are_the_same_zip() -> None:
    assert archive.to_zip(FILES) == archive.to_zip(dict(reversed(FILES.items())))


def test_a_folder_around_everything_is_taken_off() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("handbook/", "")
        made.writestr("handbook/params.csv", PARAMS)
    assert archive.from_zip(stream.getvalue()).files == {"params.csv": PARAMS}


def test_what_is_left_out_is_named(tmp_path: Path) -> None:
    assert archive.from_zip(packed(("__MACOSX/._x", ""), (".git/config", ""))).left_out == (
        ".git/config", "__MACOSX/._x"
    )  # fmt: skip
    (tmp_path / ".git").mkdir()
    (tmp_path / "params.csv").write_text(PARAMS)
    assert archive.from_folder(tmp_path).left_out == (".git",)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (lambda: packed(("../evil.md", "x")), r"^\.\./evil\.md: the path leads out"),
        (lambda: packed(("a/../../evil.md", "x")), "leads out"),
        (lambda: packed(("../params.csv", "x")), "leads out"),
        (lambda: packed(("/params.csv", "x")), "absolute"),
        (lambda: packed(("/etc/evil.md", "x")), "absolute"),
        (lambda: packed(("C:/evil.md", "x")), "absolute"),
        (lambda: packed(("a\\..\\evil.md", "x")), "plain names"),
        (lambda: packed(("a\nb.md", "x")), "plain names"),
        (lambda: packed(("../up/", "")), "leads out"),
        (lambda: packed(link("/etc/passwd")), r"2\.2/tier\.dmn: it is a link"),
        (lambda: packed(("/".join("abcdefgh") + ".md", "x")), "nested more than 3"),
        (lambda: packed(("params.csv", PARAMS)), "twice"),
        (lambda: packed(("a.md", "x"), ("A.md", "y")), "only in capitals"),
        (lambda: packed(("a.md", b"\xff\xfe")), "a.md: not UTF-8 at byte 0"),
        (lambda: packed(("a.md", b"a\0b")), "NUL"),
        (lambda: packed(("a.md", "\n" * 60_000)), "a.md: a file has at most 50,000 lines"),
        (lambda: packed(("run.exe", "x")), r"run\.exe: .* \.dmn, \.bpmn"),
        (lambda: packed(("README", "x")), "README: "),
        (lambda: packed(("bomb.md", b"0" * 40_000_000)), "bomb.md: 40,000,000 bytes; a file has at most"),
        (lambda: packed(*((f"{n}.md", b"0" * 900_000) for n in range(30))), "20,000,000 bytes together"),
        (lambda: packed(*((f"{n}.md", "") for n in range(2_100))), "2,101 entries"),
        (lambda: packed(("big.md", os.urandom(11_000_000))), "at most 10,000,000"),
        (lambda: b"0" * 50_000_000, "50,000,000 bytes"),
        (lambda: b"no zip at all", "cannot be read"),
        (lambda: packed()[:-30], "cannot be read"),
        (lambda: lying(10), "cannot be read|bytes; a file has at most"),
    ],
)  # fmt: skip
def test_a_hostile_zip_is_refused_with_its_name_and_the_reason(
    data: Callable[[], bytes], message: str
) -> None:
    with pytest.raises(ArchiveError, match=message):
        archive.from_zip(data())


def test_a_zip_without_the_numbers_is_no_handbook() -> None:
    with pytest.raises(ArchiveError, match=r"params\.csv is missing"):
        archive.from_zip(archive.to_zip({"2.2/clause.md": "x"}))


def test_a_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "params.csv").write_text(PARAMS)
    (tmp_path / "other.md").symlink_to("/etc/passwd")
    with pytest.raises(ArchiveError, match=r"other\.md: it is a link"):
        archive.from_folder(tmp_path)


def test_a_file_that_no_handbook_has_is_refused_rather_than_lost(tmp_path: Path) -> None:
    (tmp_path / "params.csv").write_text(PARAMS)
    (tmp_path / "notes.docx").write_text("x")
    with pytest.raises(ArchiveError, match=r"notes\.docx"):
        archive.from_folder(tmp_path)


def test_an_export_does_not_write_over_anything(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ArchiveError, match="not empty"):
        archive.to_folder(FILES, tmp_path)
