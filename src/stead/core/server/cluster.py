"""The files of the embedded server: the cluster, its settings, the folder of its socket, what a kill left."""

import hashlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from stead.core.server.programs import NEWEST, ServerError

# What sorts and compares texts is PostgreSQL's own, by bytes: the same order on every machine, whatever
# languages it has, and indexes are built twice as fast.
INITDB = (
    "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
    "--username=postgres", "--auth-local=trust", "--auth-host=reject", "--no-instructions",
)  # fmt: skip
SETTINGS_FILE = "stead.conf"
# A cluster of an earlier version may name a language of the machine on which it was made.
LANGUAGES = dict.fromkeys(("lc_messages", "lc_monetary", "lc_numeric", "lc_time"), "C")
SOCKET = ".s.PGSQL.5432"
SOCKET_BYTES_MAX = 100  # the system's limit is 107 bytes on Linux, 103 on macOS
SHORT_PREFIX = "stead-"
LOG_BYTES_MAX = 10_000_000


@dataclass(frozen=True)
class Postmaster:
    """What a running server says of itself in `postmaster.pid`."""

    pid: int
    socket_folder: Path
    is_ready: bool


def postmaster(folder: Path) -> Postmaster | None:
    """The server that runs in `folder`, or ran there and was killed; None when there is none."""
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if len(lines) < 5:  # it is being written
        return None
    status = lines[7].strip() if len(lines) > 7 else ""
    return Postmaster(int(lines[0]), Path(lines[4]), status == "ready")


def version_of(folder: Path) -> int:
    """The major version whose programs the cluster needs; the newest where there is none yet.

    Raises ServerError when the folder holds something else.
    """
    try:
        return int((folder / "PG_VERSION").read_text())
    except (FileNotFoundError, NotADirectoryError):
        pass
    except (PermissionError, ValueError):
        raise ServerError(
            f"{folder} cannot be read: it belongs to user {folder.stat().st_uid}, as whom the database of a "
            "Stead started by root runs. Start it as root again, or give STEAD_DATA another folder."
        ) from None
    if folder.exists() and any(folder.iterdir()):
        raise ServerError(f"{folder} holds files, but no database. Move them away, and start again.")
    return NEWEST


def write_settings(folder: Path, settings: Mapping[str, str]) -> bool:
    """Put `settings` into the server's folder; a server that runs takes them at its next start.

    Returns whether the file changed. Settings made by ALTER SYSTEM win over these.
    """
    main, own = folder / "postgresql.conf", folder / SETTINGS_FILE
    text = "".join(f"{name} = '{value}'\n" for name, value in (LANGUAGES | dict(settings)).items())
    if own.exists() and own.read_text() == text:
        return False
    include = f"include_if_exists '{SETTINGS_FILE}'\n"
    # The server may run as another user than we do: files are changed in place or handed over.
    if include not in (written := main.read_text()):
        main.write_text(f"{written}\n{include}")
    own.write_text(text)
    owner = main.stat()
    os.chown(own, owner.st_uid, owner.st_gid)
    return True


def socket_folder(folder: Path) -> Path:
    """A folder for the server's socket: its own, or a private short one where that has too long a name.

    A socket's whole path has about a hundred bytes; libpq reads a comma in it as the next host's name.
    """
    if len(os.fsencode(folder / SOCKET)) <= SOCKET_BYTES_MAX and "," not in str(folder):
        return folder
    for place in (os.environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir(), "/tmp"):  # noqa: S108
        short = f"{SHORT_PREFIX}{_name(folder)}-"
        if place and len(os.fsencode(place)) < 60 and "," not in place and os.access(place, os.W_OK):
            # Made anew with a name that nobody can have taken before, for its owner alone.
            return Path(tempfile.mkdtemp(prefix=short, dir=place))
    raise ServerError(f"{folder} has too long a name for a socket, and no temporary folder is a shorter one.")


def _name(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:8]


def remove_socket_folder(folder: Path, sockets: Path) -> None:
    """Remove a private short folder; the server's own stays."""
    if sockets != folder and sockets.name.startswith(f"{SHORT_PREFIX}{_name(folder)}-"):
        shutil.rmtree(sockets, ignore_errors=True)


def half_made(folder: Path) -> Iterator[Path]:
    """Clusters that were being made when their maker was killed: they get their name when they are whole."""
    yield from folder.parent.glob(f".{folder.name}-*.new")


def servers_in(folder: Path) -> list[psutil.Process]:
    """The processes of PostgreSQL that work in a folder, whoever started them."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.name().startswith("postgres") and Path(process.cwd()).samefile(folder):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def end_left_behind(folder: Path) -> None:
    """End a server whose keeper was killed, and remove what it would be taken for running by.

    A process number is given again: that somebody has the number in `postmaster.pid` does not mean that it is
    a server, but PostgreSQL would think so and not start.
    """
    told = postmaster(folder)
    if told is None:
        return
    left = servers_in(folder)
    for process in left:
        if process.pid == told.pid:
            process.send_signal(signal.SIGINT)  # ends at once, and cleanly
    _gone, alive = psutil.wait_procs(left, 5)
    for process in alive:
        process.kill()
    psutil.wait_procs(alive, 5)
    (folder / "postmaster.pid").unlink(missing_ok=True)
    remove_socket_folder(folder, told.socket_folder)


def trimmed_log(folder: Path) -> Path:
    """The server's log; one that has grown long is put aside, the one before it dropped."""
    log = folder / "log"
    if log.exists() and log.stat().st_size > LOG_BYTES_MAX:
        log.replace(folder / "log.before")
    return log
