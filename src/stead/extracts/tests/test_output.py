"""What `stead extract` writes where: results on standard output, progress on a terminal's standard error."""

import contextlib
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from stead.extracts.tests.plain_bank import DAY, PlainBank, make_plain_bank


@pytest.fixture
def bank(tmp_path: Path) -> PlainBank:
    """A bank with a row to set aside and one that is no row, so that there is something to warn of."""
    bank = make_plain_bank(tmp_path)
    bank.change("customers", "1985-05-05", "1985-02-30")
    bank.write("branches", "branch_id,name\nN1,North\nN2,South,more\n")
    return bank


def started(bank: PlainBank, stderr: int) -> subprocess.Popen[bytes]:
    """The command over the bank's files, with its standard output and its standard error apart."""
    command = [
        sys.executable, "-m", "stead.web", "extract", "--mapping", str(bank.mapping), "--json",
        "--source", str(bank.source), "--date", DAY.isoformat(), "--lake", str(bank.lake),
        "--reject-limit", "1",
    ]  # fmt: skip
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=stderr)


def test_json_is_one_document_and_without_a_terminal_there_is_nothing_else(bank: PlainBank) -> None:
    process = started(bank, subprocess.PIPE)
    out, error = process.communicate()
    assert {group["table"] for group in json.loads(out)["rejects"]} >= {"customers", "branches.csv"}
    assert (process.returncode, error) == (0, b"")


def test_in_a_terminal_rows_are_counted_as_files_and_tables_are_done_beside_clean_json(
    bank: PlainBank,
) -> None:
    reader, writer = pty.openpty()
    process = started(bank, writer)
    os.close(writer)
    shown = b""
    with contextlib.suppress(OSError):  # what Linux answers when the other end of a terminal is closed
        while part := os.read(reader, 65536):
            shown += part
    os.close(reader)
    out, _ = process.communicate()
    # Without its second holder an account of two is set aside, and its transaction with it.
    assert json.loads(out)["tables"]["transactions"]["rows"] == 1
    lines = [" ".join(line.split()) for line in shown.decode().replace("\r", "\n").splitlines()]
    for told in (
        "branches.csv 1 row, 1 set aside",
        "customers 3 rows, 1 set aside",
        "transactions 2 rows, 1 set aside",
        "rates 3 rows",
    ):
        assert any(line.endswith(told) for line in lines)
