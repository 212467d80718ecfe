"""Why, as it was: an earlier night's decision opens with that night's handbook, row and values."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from stead.access.models import Role
from stead.audit.models import Entry
from stead.core.postgres import address_of
from stead.handbook.content.book import load
from stead.night import pipeline
from stead.night.models import Run
from stead.night.pipeline import Order
from stead.night.progress import Board
from stead.night.stages import NAMES
from stead.segmentation.models import Standing
from tests import factories
from tests.nights import DAY, Shelf

pytestmark = [
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning"),
]
NEXT = DAY + timedelta(days=1)
LIT = 'class="is-lit"'


def publish(lake: Path, day: date, handbook: Path) -> Run:
    """A night by a handbook."""
    order = Order(day, lake, handbook, address_of(connection.settings_dict))
    with Board(NAMES) as board:
        return Run.objects.get(pk=pipeline.run(order, board).run_id)


def changed(folder: Path) -> Path:
    """A copy of the handbook in which sunflower begins at 400,000 instead of 500,000."""
    copy = Path(shutil.copytree(settings.HANDBOOK, folder / "handbook"))
    table = copy / "2.2/tier.dmn"
    text = table.read_text(encoding="utf-8")
    assert text.count("&gt;= 500000<") == 1
    table.write_text(text.replace("&gt;= 500000<", "&gt;= 400000<"), encoding="utf-8")
    return copy


@pytest.fixture
def nights(shelf: Shelf, tmp_path: Path) -> tuple[Run, Run]:
    """Two nights of a small bank, the second by a changed handbook."""
    lake, handbook = shelf.lake(tmp_path), changed(tmp_path)
    shelf.give(lake, DAY)
    first = publish(lake, DAY, Path(settings.HANDBOOK))
    shelf.give(lake, NEXT, load(handbook))
    return first, publish(lake, NEXT, handbook)


def lit(page: str) -> str:
    """The row that decided."""
    assert page.count(LIT) == 1
    return page.split(LIT)[1].split("</tr>", maxsplit=1)[0]


def test_an_earlier_decision_opens_with_the_version_of_its_night(
    nights: tuple[Run, Run], client: Client
) -> None:
    client.force_login(factories.user(Role.AUDITOR))
    customer = Standing.objects.filter(assets_average_month__gte=500000, tier_earned=2).first()
    assert customer is not None
    first, second = nights
    address = f"/why/{customer.pk}/tier/"
    before = client.get(address, {"night": first.run_id}).content.decode()
    now = client.get(address).content.decode()
    assert "¥500\u00a0k" in before
    assert "¥500\u00a0k" not in now
    assert "¥400\u00a0k" in now
    assert first.handbook_version[:8] in before
    assert second.handbook_version[:8] in now
    assert 'title="2.2-tier-' in lit(before)
    assert client.get(address, {"night": DAY.isoformat()}).content.decode().count(LIT) == 1
    detail = Entry.objects.filter(object_id=customer.pk).latest("pk").detail
    assert detail["tab"] == f"why tier {first.run_id}"


def test_a_night_that_is_not_kept_is_not_there(nights: tuple[Run, Run], client: Client) -> None:
    client.force_login(factories.user(Role.AUDITOR))
    customer = Standing.objects.all()[0].pk
    assert client.get(f"/why/{customer}/tier/", {"night": "2026-01-01"}).status_code == 404
    shutil.rmtree(Path(nights[0].lake) / "nights" / DAY.isoformat())
    assert client.get(f"/why/{customer}/tier/", {"night": nights[0].run_id}).status_code == 404
