"""`stead worker` does in the background what pages and commands put off."""

import click

from stead.jobs.worker import Worker


@click.command("worker")
@click.option("--concurrency", type=click.IntRange(1, 16), default=2, show_default=True, help="At a time.")
@click.option("--parent", type=int, default=0, hidden=True)
def worker_command(concurrency: int, parent: int) -> None:
    """Do what the pages asked for in the background, until stopped with Ctrl+C.

    Outlives a restart of the database. What a killed worker left is taken up again within half a minute.
    `stead serve` starts one; start more of them on the same lake and database where there is much to do.
    """
    Worker(concurrency, parent).run()
