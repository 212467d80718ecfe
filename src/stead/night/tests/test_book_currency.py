"""The handbook's amounts are in one currency: a night whose delivery keeps its books in another says so."""

import io
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from rich.console import Console
from tests import factories

from stead.access.models import Role
from stead.audit.models import Entry
from stead.handbook.content.book import load
from stead.handbook.content.texts import Texts, TextsError
from stead.handbook.models import Version
from stead.night import actions
from stead.night.commands import tell_currencies
from stead.night.models import Run

DAY = date(1994, 3, 30)
VERB = "night.other_currency"


def begun(handbook: str, book: str) -> Run:
    """A night that began by a handbook in one currency, over a delivery in another."""
    given = actions.Begun("1994-03-30-abc", DAY, DAY, "v1", book, "/lake", handbook)
    return actions.begin(by=actions.PROGRAM, begun=given, stages=["features"], rejects=())


def told(run: Run) -> str:
    """What the command line says of it."""
    console = Console(file=io.StringIO(), width=200)
    tell_currencies(console, run.run_id)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def page(client: Client, run: Run, language: str = "en") -> str:
    client.force_login(factories.user(Role.ADMINISTRATOR, language=language))
    return client.get(f"/runs/{run.run_id}/").content.decode()


@pytest.mark.parametrize(("handbook", "book"), [("CNY", "CNY"), ("", "CZK")])
@pytest.mark.database
@pytest.mark.django_db
def test_one_currency_or_an_edition_that_names_none_says_nothing(
    client: Client, handbook: str, book: str
) -> None:
    run = begun(handbook, book)
    assert told(run) == ""
    assert "are written in" not in page(client, run)
    assert not Entry.objects.filter(verb=VERB).exists()


@pytest.mark.database
@pytest.mark.django_db
def test_another_currency_is_told_on_the_command_line_on_the_page_and_in_the_ledger_each_night(
    client: Client,
) -> None:
    begun("CNY", "CZK")
    run = begun("CNY", "CZK")
    assert "written in CNY, the bank's book currency is CZK" in told(run)
    assert "are written in CNY; the bank's book currency is CZK" in page(client, run).replace("&#x27;", "'")
    assert (
        list(Entry.objects.filter(verb=VERB).values_list("detail", flat=True))
        == [{"handbook": "CNY", "book": "CZK"}] * 2
    )


@pytest.mark.parametrize(("book", "is_told"), [("CNY", False), ("CZK", True)])
@pytest.mark.database
@pytest.mark.django_db
def test_the_pages_of_clauses_say_so_too(client: Client, book: str, *, is_told: bool) -> None:
    handbook = load(Path(settings.HANDBOOK))
    Version.objects.create(version=handbook.version, first_used_on=DAY, files=handbook.files)
    factories.night(book_currency=book, handbook_version=handbook.version)
    client.force_login(factories.user(Role.POLICY_OFFICER))
    shown = client.get("/handbook/2.2/").content.decode()
    assert ("written in CNY" in shown) is is_told


def test_the_handbook_declares_its_currency_by_one_code() -> None:
    assert load(Path(settings.HANDBOOK)).texts.currency == "CNY"
    assert Texts.read({"names.toml": ""}).currency == ""
    entry = '= { zh = "元", en = "yuan" }\n'
    with pytest.raises(TextsError, match="three capital letters"):
        Texts.read({"names.toml": f"[currency]\nyuan {entry}"})
    with pytest.raises(TextsError, match="CNY, CZK; right would be the one"):
        Texts.read({"names.toml": f"[currency]\nCNY {entry}CZK {entry}"})
