"""The address that the pages are served on: read, and tried before anything is done for it."""

import socket

import click

PORT_MAX = 65_535
WAY_OUT = "give another: `make demo PORT={port}`, or `stead serve --address {host}:{port}`"


def parts(address: str) -> tuple[str, int]:
    """Host and port of HOST:PORT. Raises click.ClickException that says what would be right."""
    host, colon, port = address.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or not 0 < int(port) <= PORT_MAX:
        raise click.ClickException(
            f"{address!r} is no address. Right is HOST:PORT with a port from 1 to {PORT_MAX}, as "
            "127.0.0.1:8000; for the demo, as in `make demo PORT=8080`."
        )
    return host.strip("[]") or "127.0.0.1", int(port)


def refuse_taken(address: str) -> None:
    """Raise click.ClickException when the address cannot be listened on: why, and the way out."""
    host, port = parts(address)
    try:
        kind, _type, _protocol, _name, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(kind) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(place)
    except OSError as error:
        other = port + 1 if 1024 <= port < PORT_MAX else 8080
        way_out = WAY_OUT.format(port=other, host=f"[{host}]" if ":" in host else host)
        said = f"{address} cannot be listened on ({error.strerror}); {way_out}."
        raise click.ClickException(said) from None
