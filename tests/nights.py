"""Nights of a small bank from which several tests go on: each computed once, taken over as after a stop."""

import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from stead.core.postgres import address_of
from stead.extracts.delivery import load as load_delivery
from stead.handbook.content.book import Handbook, load
from stead.night import manifest, records
from stead.night.demo import generate, next_day
from stead.night.stage_work import work
from stead.night.stages import LEDGER, Night, stages

DAY = date(2026, 11, 20)
CUSTOMERS = 64


class Shelf:
    """Extracts and computed nights below a folder that the processes of a run of the tests share.

    What two of them make at once is the same; the one that comes second leaves its own.
    """

    def __init__(self, place: Path) -> None:
        self.place = place

    def lake(self, folder: Path) -> Path:
        """A lake of the test's own in an empty folder: two days' extracts, no nights."""
        return Path(shutil.copytree(self._made("extracts", _extracts), folder / "lake"))

    def give(self, lake: Path, day: date = DAY, handbook: Handbook | None = None) -> None:
        """Lay the stages of a night into the lake, as one leaves them that stops before its publication.

        It is the night that would be run now: by the ledger as it is, and by the bank's folder if no handbook
        is given. A night of any other inputs bears another name, and takes nothing of this over.
        """
        delivery, book = load_delivery(lake, day), handbook or load(Path(settings.HANDBOOK))
        with tempfile.TemporaryDirectory() as folder:
            ledger = Path(folder) / "ledger"
            hashes = records.snapshot(address_of(connection.settings_dict), ledger)
            inputs = manifest.inputs_of(delivery, hashes, book.version, manifest.code_version())

            def compute(place: Path) -> None:
                shutil.copytree(ledger, place / LEDGER)
                night = Night(place, inputs.run_id, day, delivery, book)
                for stage in stages():
                    manifest.mark_done(place, work(night, stage, lambda *_: None))

            computed = self._made(inputs.run_id, compute)
        shutil.copytree(computed, manifest.run_folder(lake, day, inputs.run_id))

    def _made(self, name: str, make: Callable[[Path], None]) -> Path:
        place = self.place / name
        if not place.exists():
            own = Path(tempfile.mkdtemp(dir=self.place))
            make(own)
            try:
                own.rename(place)
            except OSError:  # another process was first
                shutil.rmtree(own)
        return place


def _extracts(place: Path) -> None:
    generate(CUSTOMERS, DAY, 3, "zh", place)
    next_day(place, DAY, share=0.1)


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """The nights that this run of the tests has computed."""
    folder = tmp_path_factory.getbasetemp()
    # The folder of a process lies in that of all.
    place = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "shelf"
    place.mkdir(exist_ok=True)
    return Shelf(place)
