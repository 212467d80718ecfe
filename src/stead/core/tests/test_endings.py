"""A program is told to end while it loads a module of a library that cannot be interrupted there."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stead.core import endings

# What foreign libraries do with an interruption: they tell of it at length, and abort.
LIBRARY = """
import os, time

class Kind:
    def __init_subclass__(cls):
        print("loading", flush=True)
        try:
            while True:
                time.sleep(0.01)
        except BaseException as error:
            print("Critical error:", repr(error), flush=True)
            os.abort()

class Made(Kind):
    pass
"""
PROGRAM = """
import sys

from stead.core import endings

endings.install()

def command():
    import library

try:
    command()
finally:
    print("unwound", flush=True)
"""


@pytest.mark.parametrize("number", endings.SIGNALS)
def test_it_ends_at_once_and_without_a_word(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "library.py").write_text(LIBRARY)
    hears = {one: signal.getsignal(one) for one in endings.SIGNALS}
    try:
        # A test that runs behind nohup would start a program that is deaf to the signal.
        for one in endings.SIGNALS:
            signal.signal(one, signal.SIG_DFL)
        program = subprocess.Popen(
            [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{PROGRAM}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    finally:
        for one, before in hears.items():
            signal.signal(one, before)
    with program:
        assert program.stdout is not None
        assert program.stdout.readline() == "loading\n"
        program.send_signal(number)
        assert program.stdout.read() == ""
    assert program.returncode == endings.TOLD_BY + number


def test_it_unwinds_where_nothing_is_being_loaded(tmp_path: Path) -> None:
    (tmp_path / "library.py").write_text(
        "def work():\n    import os, signal\n    os.kill(os.getpid(), signal.SIGTERM)\n"
    )
    program = PROGRAM.replace("    import library", "    import library\n    library.work()")
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{program}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("unwound\n", "", endings.TOLD_BY + signal.SIGTERM)
