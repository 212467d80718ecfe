"""`stead serve`: the pages on an address."""

import click

from stead.web.serve import serve


@click.command("serve")
@click.option("--address", default="127.0.0.1:8000", show_default=True, help="Host and port to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), help="Worker processes; one a core when not given.")
@click.option("--log", is_flag=True, help="Say more on the terminal.")
@click.option("--no-worker", is_flag=True, help="What is put off waits for a `stead worker` elsewhere.")
def serve_command(address: str, workers: int | None, *, log: bool, no_worker: bool) -> None:
    """Serve the pages until stopped with Ctrl+C, with a worker beside them for what they put off.

    Brings the database's tables up to date first. Put a proxy with TLS in front and set STEAD_HTTPS=1 and
    STEAD_HOSTS=your.host for anything but a trial on one machine.
    """
    click.echo(f"Stead on http://{address}", err=True)
    serve(address, workers=workers, quiet=not log, with_worker=not no_worker)
