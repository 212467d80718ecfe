"""A night of the Berka bank: its deposits reach the desk to the cent; a second night adds nothing."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Sum
from tests.beside import beside

from stead.audit.models import Entry
from stead.core.postgres import address_of
from stead.customers.models import Customer, Holding
from stead.extracts.run import run_extract
from stead.night import pipeline
from stead.night.models import Run
from stead.night.pipeline import Order
from stead.night.progress import Board
from stead.night.stages import NAMES
from stead.segmentation.models import Standing

ROOT = Path(__file__).parents[4]
BERKA = beside("STEAD_BERKA", "data", "berka")
DAY = date(1994, 3, 30)
DEPOSITS = Decimal("39296762.80")
pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning"),
    pytest.mark.skipif(
        not (BERKA / "trans.csv").exists(), reason=f"the Berka files are not in {BERKA}; set STEAD_BERKA"
    ),
]


def night(lake: Path) -> pipeline.Outcome:
    """The night of the day into the test database."""
    order = Order(DAY, lake, Path(settings.HANDBOOK), address_of(connection.settings_dict))
    with Board(NAMES) as board:
        return pipeline.run(order, board)


def test_the_banks_deposits_are_those_of_its_customers_and_a_second_night_changes_nothing(
    tmp_path: Path,
) -> None:
    lake = tmp_path / "lake"
    run_extract(ROOT / "mappings" / "berka", BERKA, DAY, lake)
    first = night(lake)
    assert Customer.objects.count() == Standing.objects.count() == 1_489
    assert Standing.objects.aggregate(total=Sum("assets_now")) == {"total": DEPOSITS}
    owned = Holding.objects.filter(share__gt=0)
    assert Holding.objects.filter(role="authorised").count() == 260
    assert owned.filter(product_kind="demand").count() == 1_229
    assert owned.filter(product_kind="demand").aggregate(total=Sum("balance_book")) == {"total": DEPOSITS}
    # The core keeps no contacts, and nobody is years overdue for that.
    assert not Standing.objects.filter(contact_due_on__lt=DAY.replace(day=1)).exists()
    again = night(lake)
    assert (again.already_shown, again.manifest["sha256"]) == (True, first.manifest["sha256"])
    # The handbook is written in yuan, the bank counts in crowns: that is said each time, and stops nothing.
    assert Run.objects.get().has_other_currency
    assert Entry.objects.filter(verb="night.other_currency").count() == 2
