"""Which handbook a night decides by, and what it writes down about its rules."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from django.conf import settings
from django.db import connection
from tests import factories
from tests.nights import CUSTOMERS, DAY, Shelf

from stead.access.models import Role
from stead.audit.models import Entry
from stead.core.postgres import address_of
from stead.core.registry import Slot
from stead.handbook import actions as handbook_actions
from stead.handbook import editions
from stead.handbook.content.book import Handbook, load
from stead.handbook.models import Draft, Firing, Version
from stead.night import actions, pipeline
from stead.night.demo import next_day
from stead.night.models import Publication, Run
from stead.night.pipeline import Order
from stead.night.progress import Board
from stead.night.stages import NAMES
from stead.night.summary import Fired, summarise
from stead.segmentation.models import Standing

pytestmark = [
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    # Ibis uses a name that DuckDB is about to drop.
    pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning"),
]
TIER = "2.2/tier.dmn"


@pytest.fixture
def lake(shelf: Shelf, tmp_path: Path) -> Path:
    """A lake of the test's own, in which the first night's stages are done by each of the two handbooks."""
    lake = shelf.lake(tmp_path)
    shelf.give(lake)
    shelf.give(lake, handbook=Handbook(other_handbook()))
    return lake


def night(lake: Path, day: date = DAY, handbook: Path | None = None) -> pipeline.Outcome:
    order = Order(day, lake, handbook, address_of(connection.settings_dict))
    with Board(NAMES) as board:
        return pipeline.run(order, board)


def other_handbook() -> dict[str, str]:
    """The default handbook with a private tier from 9.9 million."""
    files = dict(load(Path(settings.HANDBOOK)).files)
    return files | {TIER: files[TIER].replace("&gt;= 10000000", "&gt;= 9900000", 1)}


def approve(files: dict[str, str], day: date) -> Draft:
    """Put files in force from a day, by two officers."""
    wei, hana = (factories.user(Role.POLICY_OFFICER, name) for name in ("wei", "hana"))
    draft = handbook_actions.import_files(by=wei, files=files, name="2026.2", comment="lower")
    handbook_actions.submit(by=wei, draft=draft, comment="lower", effective_from=day)
    return handbook_actions.approve(by=hana, draft=draft, comment="agreed")


def written(path: Path, name: str) -> set[Any]:
    return set(duckdb.execute(f"SELECT DISTINCT {name} FROM read_parquet('{path}')").fetchall())


def test_the_first_night_makes_the_folder_the_founding_edition(lake: Path) -> None:
    night(lake)
    edition = Draft.objects.get()
    assert (edition.name, edition.approved_by, edition.base) == ("founding", "night", None)
    assert edition.version_id == load(Path(settings.HANDBOOK)).version
    assert Version.objects.get().first_used_on == DAY


def test_an_edition_approved_while_a_night_ran_by_the_one_before_stops_its_publication(
    lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = summarise

    def approved_meanwhile(published: Path) -> object:
        approve(other_handbook(), DAY)
        return count(published)

    monkeypatch.setattr(pipeline, "summarise", approved_meanwhile)
    with pytest.raises(pipeline.RefusedError, match="approved while the night ran"):
        night(lake)
    assert not Publication.objects.exists()
    monkeypatch.setattr(pipeline, "summarise", count)
    assert Run.objects.get(pk=night(lake).run_id).handbook_version == Handbook(other_handbook()).version


def test_each_night_uses_the_edition_in_force_on_its_date_and_says_which_in_each_row(
    lake: Path, shelf: Shelf
) -> None:
    night(lake)
    tomorrow = DAY + timedelta(days=1)
    shelf.give(lake, tomorrow)
    edition = approve(other_handbook(), tomorrow + timedelta(days=1))
    before = night(lake, tomorrow)
    next_day(lake, tomorrow, share=0.1)
    after = night(lake, tomorrow + timedelta(days=1))
    versions = dict(Run.objects.values_list("run_id", "handbook_version"))
    assert versions[before.run_id] == load(Path(settings.HANDBOOK)).version
    assert versions[after.run_id] == edition.version_id
    folder = lake / "nights" / str(tomorrow + timedelta(days=1)) / after.run_id / "decisions"
    assert written(folder / "2.2/tier.parquet", "handbook_version") == {(edition.version_id,)}


def test_a_handbook_that_is_given_is_used_and_audited_and_changes_nothing_in_force(
    lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handbook_actions.found(by="night", files=load(Path(settings.HANDBOOK)).files)
    for path, text in other_handbook().items():
        (tmp_path / "given" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "given" / path).write_text(text, "utf-8")
    begin, begun = actions.begin, []

    def seen(**sent: Any) -> Run:
        begun.append(sent["begun"])
        return begin(**sent)

    monkeypatch.setattr(actions, "begin", seen)
    outcome = night(lake, handbook=tmp_path / "given")
    assert begun[0].unapproved == str(tmp_path / "given")
    version = Handbook(other_handbook()).version
    assert Run.objects.get(run_id=outcome.run_id).unapproved == str(tmp_path / "given")
    told = Entry.objects.get(verb="night.handbook_given", object_id=outcome.run_id).detail
    holding = editions.in_force(DAY)
    assert holding is not None
    assert (told["version"], told["in_force"]) == (version, holding.pk)
    assert holding.pk != version


def test_a_night_that_lacks_its_wiring_fails_before_it_publishes(
    lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "prune_others", Slot[Any]("what is missing"))
    with pytest.raises(LookupError, match="what is missing"):
        night(lake)
    assert not Publication.objects.exists()


def test_every_rule_that_decided_is_counted(lake: Path) -> None:
    outcome = night(lake)
    of_tier = Firing.objects.filter(run_id=outcome.run_id, table="2.2/tier")
    assert sum(of_tier.values_list("count", flat=True)) == CUSTOMERS
    watched = Firing.objects.filter(table="2.4/warning").values_list("rule_id", "count")
    path = lake / "nights" / str(DAY) / outcome.run_id / "decisions/2.4/warning.parquet"
    rows = duckdb.execute(
        f"SELECT rule_id, count(*) FROM read_parquet('{path}') WHERE rule_id <> '' GROUP BY 1"
    ).fetchall()
    assert dict(watched) == dict(rows)


def test_the_tables_that_a_candidate_came_through_are_counted_too(lake: Path) -> None:
    night(lake)
    tables = set(Firing.objects.values_list("table", flat=True))
    assert {"2.3/occasion", "2.3/worth", "2.3/channel", "2.3/contact_owed"} <= tables
    known = load(Path(settings.HANDBOOK))
    assert all(one.rule_id in known.rules(one.table) for one in Firing.objects.all())


def test_of_two_runs_of_a_date_the_one_on_the_desk_counts(lake: Path, tmp_path: Path) -> None:
    first = night(lake)
    for path, text in other_handbook().items():
        (tmp_path / "given" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "given" / path).write_text(text, "utf-8")
    second = night(lake, handbook=tmp_path / "given")
    assert set(Firing.objects.filter(shown=True).values_list("run_id", flat=True)) == {second.run_id}
    assert Firing.objects.filter(run_id=first.run_id).exists()
    assert Standing.objects.count() == CUSTOMERS
    assert Publication.objects.get().run_id == second.run_id


def test_firings_are_kept_for_four_hundred_days(lake: Path) -> None:
    outcome = night(lake)
    fired = [Fired("2.2/tier", "2.2-tier-1", 3)]
    later = DAY + timedelta(days=actions.FIRINGS_KEPT_DAYS + 1)
    with psycopg.connect(address_of(connection.settings_dict)) as other:
        actions.write_publication(
            by="night", cursor=other.cursor(), run_id=outcome.run_id, day=later, version="v", manifest={},
            fired=fired,
        )  # fmt: skip
    assert list(Firing.objects.values_list("book_date", "count")) == [(later, 3)]
