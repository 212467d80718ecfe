"""`stead demo`: an invented bank, its night, one login a role, and the pages."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from stead.extracts.commands import lake_option
from stead.extracts.delivery import Delivery
from stead.night.commands import tell_folder
from stead.night.demo.commands import (
    DemoError,
    Wanted,
    ensure_extracts,
    ensure_past,
    is_published,
    refuse_other_banks,
    remove_lake,
)
from stead.night.demo.lists import LOCALES
from stead.web.demo_logins import Login, ensure_logins, logins_path
from stead.web.listening import refuse_taken
from stead.web.serve import serve
from stead.web.slots import wire

FAILED, REFUSED = 1, 3


@click.command("demo")
@click.option("--customers", type=click.IntRange(8, 30_000_000), default=5000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same bank.")
@click.option("--locale", type=click.Choice(LOCALES), default="zh", show_default=True, help="Whose names.")
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day whose end the bank shows; the newest one made before, or else yesterday, when not given. "
    "The day after one made before is a second day of the same bank.",
)
@lake_option
@click.option(
    "--history",
    type=click.IntRange(0, 23),
    default=6,
    show_default=True,
    help="Deliveries of past month-ends besides, for simulations.",
)
@click.option("--reset", is_flag=True, help="Forget bank, nights, contacts and logins first.")
@click.option("--serve", "address", metavar="HOST:PORT", help="Serve the pages there, until Ctrl+C.")
@click.pass_context
def demo_command(
    context: click.Context,
    customers: int,
    seed: int,
    locale: str,
    day: datetime | None,
    lake: Path | None,
    address: str | None,
    *,
    history: int,
    reset: bool,
) -> None:
    """Make an invented bank, run its night, and print one login a role.

    What is there already is kept: a second start takes seconds. The passwords are also in
    STEAD_DATA/demo-logins.json.

    Exit codes: 0 done; 1 the night failed; 2 usage; 3 refused: the lake or the database is another bank's.
    """
    if address:
        refuse_taken(address)
    console = Console(stderr=True)
    place = (lake or Path(settings.DATA) / "lake").resolve()
    wanted = Wanted(customers, seed, locale, day.date() if day else None)
    yesterday = (timezone.now().astimezone(ZoneInfo(settings.TIME_ZONE)) - timedelta(days=1)).date()
    wire()
    try:
        call_command("migrate", verbosity=0)
        refuse_other_banks(place)
        if reset:
            _start_over(place)
        delivery = ensure_extracts(place, wanted, yesterday, console)
        ensure_past(place, history, console)
    except DemoError as error:
        console.print(str(error), markup=False, highlight=False, soft_wrap=True)
        raise SystemExit(REFUSED) from None
    if is_published(delivery.date, place):
        # There is no night to tell of a changed folder, and a second start is when it was changed.
        tell_folder(console, delivery.date)
    else:
        _run_night(context, delivery, place)
    logins = ensure_logins()
    _tell(logins, delivery, address, Console())
    if address:
        serve(address)


def _start_over(lake: Path) -> None:
    """Empty the demo's lake and database. The ledger cannot be emptied row by row, so all tables go."""
    remove_lake(lake)
    logins_path().unlink(missing_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    call_command("migrate", verbosity=0)


def _run_night(context: click.Context, delivery: Delivery, lake: Path) -> None:
    """Run `stead night` for the delivery, as a user would. Ends the program when it fails."""
    root = context.find_root().command
    night = root.get_command(context, "night") if isinstance(root, click.Group) else None
    if night is None:
        raise click.ClickException("This installation has no command `night`.")
    code = night.main(
        ["--date", delivery.date.isoformat(), "--lake", str(lake)],
        prog_name="stead night",
        standalone_mode=False,
    )
    if code:
        raise SystemExit(FAILED)


def _tell(logins: list[Login], delivery: Delivery, address: str | None, console: Console) -> None:
    """Print where it is served and who may log in."""
    rows = delivery.tables["customers"].rows
    console.print(f"A demo bank of {rows:,} customers at {delivery.date}.", highlight=False)
    table = Table("role", "name", "user", "password")
    for login in logins:
        table.add_row(login.role, login.full_name, login.username, login.password)
    console.print(table)
    if address:
        console.print(f"Stead is at http://{address} (end with Ctrl+C)", highlight=False)
