"""The command `stead`: each part of the software puts its own commands here."""

import os
from contextlib import suppress
from pathlib import Path

import click
import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stead.web.settings")
django.setup()

# Models can only be imported after the set-up.
from stead.access.commands import users  # noqa: E402
from stead.audit.commands import audit  # noqa: E402
from stead.core import disk  # noqa: E402
from stead.dmn.commands import dmn  # noqa: E402
from stead.extracts.commands import extract_command  # noqa: E402
from stead.extracts.mapping_commands import mapping_group  # noqa: E402
from stead.handbook.commands import handbook  # noqa: E402
from stead.jobs.commands import worker_command  # noqa: E402
from stead.night.commands import night_command, runs_command  # noqa: E402
from stead.office.commands import coverage_command  # noqa: E402
from stead.simulation.commands import simulate_command  # noqa: E402
from stead.web.cli_demo import demo_command  # noqa: E402
from stead.web.cli_serve import serve_command  # noqa: E402
from stead.web.slots import wire  # noqa: E402


class _Commands(click.Group):
    """The commands, which end quietly when they are told to."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; says one word when it is stopped (see `stead.core.endings`)."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            with suppress(OSError):
                click.echo("Stopped.", err=True)
            raise SystemExit(STOPPED) from None
        except Exception as error:
            if not disk.is_full(error):
                raise
            raise click.ClickException(disk.said_full(Path(settings.DATA))) from None


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(package_name="stead")
def main() -> None:
    """Run a bank's customer-relationship handbook.

    A delivery of the core banking system becomes extracts (`stead extract`), the night applies the handbook
    to every customer (`stead night`), and the bankers' pages are served (`stead serve`). `stead demo` does
    it all for an invented bank.

    Settings come from the environment: DATABASE_URL (postgresql://...; without it an embedded PostgreSQL
    is used), STEAD_DATA (where everything is kept), STEAD_HANDBOOK (the handbook's folder), STEAD_HOSTS,
    STEAD_HTTPS.
    """


STOPPED = 130
wire()
for command in (
    extract_command,
    night_command,
    runs_command,
    demo_command,
    serve_command,
    simulate_command,
    worker_command,
    users,
    audit,
    mapping_group,
    dmn,
    handbook,
):
    main.add_command(command)
handbook.add_command(coverage_command)
