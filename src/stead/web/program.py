"""The command `stead` as a program: ready to be ended before anything else is loaded."""

import signal
import sys

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    # While Python loads what follows, Ctrl+C ends the program as the system does: without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from stead.core import endings
from stead.core.server.programs import ServerError

endings.install()
try:
    from stead.web.cli import main
except ServerError as error:
    sys.exit(f"stead: {error}")

__all__ = ["main"]
