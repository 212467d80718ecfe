"""What one process holds another one is refused at once, and gets when the first is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from stead.core.postgres import address_of
from stead.extracts.delivery import ContractError
from stead.extracts.writing import work_folder
from stead.night.locks import AnotherNightError, one_night
from stead.simulation.result_files import BusyError, alone

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
DAY = date(2026, 11, 23)
AT_ONCE_S_MAX = 60.0  # a busy machine takes its time; who waits for the holder waits for ten minutes
HOLD = """
import sys, time, django
django.setup()
from datetime import date
from pathlib import Path
from stead.extracts.writing import work_folder
from stead.night.locks import one_night
from stead.simulation.result_files import alone
lake, url = Path(sys.argv[1]), sys.argv[2]
with {held}:
    print("held", flush=True)
    time.sleep(600)
"""


@contextmanager
def holder(held: str, lake: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds something until it is killed."""
    command = [sys.executable, "-c", HOLD.format(held=held), str(lake), address_of(connection.settings_dict)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


Hold = Callable[[Path], AbstractContextManager[object]]
CASES: dict[str, tuple[str, Hold, type[Exception], str]] = {
    "extract": (
        "work_folder(lake, date(2026, 11, 23))",
        lambda lake: work_folder(lake, DAY),
        ContractError,
        "extracts/2026-11-23: another extract of 2026-11-23 is running; wait for it.",
    ),
    "night": (
        "one_night(lake, url, date(2026, 11, 23))",
        lambda lake: one_night(lake, address_of(connection.settings_dict), date(2026, 11, 24)),
        AnotherNightError,
        "another night works in this lake: that of 2026-11-23, process {pid} on ",
    ),
    "simulation": (
        'alone(lake / "simulations" / "7.lock")',
        lambda lake: alone(lake / "simulations" / "7.lock"),
        BusyError,
        "another process works on simulation 7",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_second_process_is_refused_at_once_and_told_why_until_the_first_is_killed(
    name: str, tmp_path: Path
) -> None:
    held, hold, error, said = CASES[name]
    with holder(held, tmp_path) as process:
        for _ in range(2):  # who was refused must not have blurred who holds it
            began = time.monotonic()
            with pytest.raises(error) as refused, hold(tmp_path):
                pass
            assert time.monotonic() - began < AT_ONCE_S_MAX
            assert said.format(pid=process.pid) in str(refused.value)
        process.send_signal(signal.SIGKILL)
        process.wait()
        # The database notices a moment later that its client is gone.
        for _ in range(600):
            try:
                with hold(tmp_path):
                    return
            except error:
                time.sleep(0.1)
    pytest.fail("what a killed process held is not given to the next")
