"""Finds the PostgreSQL to work with: DATABASE_URL, or the embedded server in the data folder."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from stead.core.server.users import join

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


def database_url(data: Path) -> str:
    """The address of the database; without one, the embedded server under `data`/postgres is started.

    The embedded server ends with the last process that asked for it. It listens on a socket file only.
    """
    configured = os.environ.get("DATABASE_URL", "")
    return configured or join(data / "postgres", EMBEDDED_SETTINGS)


def django_database(url: str) -> dict[str, object]:
    """Django's settings for a postgresql:// address."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError(f"DATABASE_URL begins with {parts.scheme!r}; it must begin with postgresql://")
    options: dict[str, object] = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    # Statements that ask for it (core/prepared) are prepared the first time already. A pool between Stead and
    # the database that gives each transaction another connection cannot keep them: ?prepare=off
    options["prepare_threshold"] = None if options.pop("prepare", "on") == "off" else 0
    return {
        "ENGINE": "stead.core.database",
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
    given = settings.get("OPTIONS", {}).items()
    options = {name: str(value) for name, value in given if name != "prepare_threshold"}
    host, port = str(settings.get("HOST") or ""), str(settings.get("PORT") or "")
    if host.startswith("/"):
        options["host"], host = host, ""
    user, password = (
        quote(settings.get("USER") or "", safe=""),
        quote(settings.get("PASSWORD") or "", safe=""),
    )
    who = f"{user}:{password}@" if password else f"{user}@"
    where = f"{host}:{port}" if port else host
    return (
        f"postgresql://{who}{where}/{quote(settings['NAME'], safe='')}?{urlencode(options, quote_via=quote)}"
    )
