"""`stead users`: the first administrator, from the command line; all others come from the page of users."""

import click

from stead.access.actions import add_first_administrator


@click.group()
def users() -> None:
    """The people who log in."""


@users.command("add-administrator")
@click.argument("username")
@click.option("--name", "full_name", default="", help="The person's name; the login name when not given.")
def add_administrator(username: str, full_name: str) -> None:
    """Add the first administrator, who then adds everybody else on the page of users.

    Prints a password that is good for one log-in. Exit codes: 0 added; 1 there is an administrator already.
    """
    try:
        user, password = add_first_administrator(by=None, username=username, full_name=full_name or username)
    except ValueError as refused:
        raise click.ClickException(str(refused)) from None
    click.echo(f"{user.username} may log in once with {password} and then chooses a password.")
