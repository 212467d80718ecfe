"""Ends this program when it is told to: at any moment, within seconds, and without a word too many.

SIGINT (Ctrl+C), SIGTERM and SIGHUP (the terminal was closed) all mean the same. The main thread is
interrupted as by Ctrl+C, and unwinds. A thread waits beside it: what has not ended by itself in time, since
it computes in foreign code or waits for somebody, is ended then, with the children that it started. That is
as safe as a kill, after which nights, extracts and simulations go on where they stood. While a module is
loaded the program is ended so at once: libraries in foreign languages abort, and say much, when they are
interrupted where they make their classes.
"""

import atexit
import logging
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from types import FrameType
from typing import Any

import psutil

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
UNWIND_S = 2.0
TOLD_BY = 128  # exit codes of programs that a signal ended begin here, as shells count them
LOADER = (
    "<frozen importlib._bootstrap>"  # what Python calls the file of its own loader, in each stack below it
)
SHOW_CURSOR = "\x1b[?25h"


class Stopped(KeyboardInterrupt):
    """The program was told to end."""


class _Program:
    """What this process was told. A forked child has what its parent was told, and must not act on it."""

    def __init__(self) -> None:
        self.pid = 0
        self.number = 0
        self.code: int | None = None
        self.is_interrupted = False
        self.heard: tuple[signal.Signals, ...] = SIGNALS

    def note(self, number: int) -> None:
        """Remember the first signal. From now on what breaks is nobody's concern."""
        self.number = self.number or number
        logging.disable(logging.CRITICAL)

    @property
    def is_told(self) -> bool:
        return self.number != 0 and self.pid == os.getpid()

    @property
    def exit_code(self) -> int:
        return TOLD_BY + self.number if self.code is None else self.code


_program = _Program()


def is_told_to_end() -> bool:
    """Whether an error seen now may be the interruption: some libraries turn it into one of theirs."""
    return _program.is_told


def heard() -> tuple[signal.Signals, ...]:
    """The signals that end this program: not those that it was started to ignore."""
    return _program.heard


def ends_with(code: int) -> None:
    """What the program ends with when it is told to: 0 where nothing else ends it, as a server."""
    _program.code = code


def install() -> None:
    """Be ready to be told to end. The first thing that the program does; only for a whole process."""
    _program.pid = os.getpid()
    # What `nohup` or a shell's `&` told us not to hear we do not hear.
    _program.heard = tuple(one for one in SIGNALS if signal.getsignal(one) is not signal.SIG_IGN)
    for number in _program.heard:
        signal.signal(number, _interrupt)
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    # Written at once, also while the main thread is in foreign code and runs no handler.
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(woken,), daemon=True, name="endings").start()
    # Registered first and so done last: whatever else ends with the program has ended.
    atexit.register(_finish)
    # What broke since the program unwinds is not told.
    for module, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        setattr(module, name, _quiet(getattr(module, name)))


def _interrupt(number: int, frame: FrameType | None) -> None:
    _program.note(number)
    if _is_loading(frame):
        _end_now()
    # Once: what is unwinding must not be interrupted in turn.
    if not _program.is_interrupted:
        _program.is_interrupted = True
        raise Stopped(f"stopped by {signal.Signals(number).name}")


def _is_loading(frame: FrameType | None) -> bool:
    """Whether a module is being loaded, however deep."""
    while frame is not None:
        if frame.f_code.co_filename == LOADER:
            return True
        frame = frame.f_back
    return False


def _watch(woken: int) -> None:
    while True:
        for number in os.read(woken, 64):
            if number in SIGNALS:
                _program.note(number)
                time.sleep(UNWIND_S)
                _end_now()


def _end_now() -> None:
    """End at once, with the children of this session; the database's keeper has one of its own."""
    with suppress(psutil.Error, OSError):
        for child in psutil.Process().children(recursive=True):
            with suppress(psutil.Error, OSError):
                if os.getsid(child.pid) == os.getsid(0):
                    child.kill()
    _leave()


def _finish() -> None:
    """End without the last steps of foreign libraries, which abort where their threads were interrupted."""
    if _program.is_told:
        _leave()


def _leave() -> None:
    for stream in (sys.stdout, sys.stderr):
        # RuntimeError: the signal came while this thread was writing to the very stream.
        with suppress(OSError, ValueError, RuntimeError):
            if stream.isatty():
                stream.write(SHOW_CURSOR)
            stream.flush()
    os._exit(_program.exit_code)


def _quiet(hook: Any) -> Any:
    def told(*arguments: Any) -> None:
        if not _program.is_told:
            hook(*arguments)

    return told
