"""The pages over a simulation that was really done: every number opens the rows that it was counted from."""

import html
import re
import shutil
from pathlib import Path

import pytest
from django.test import Client
from tests import factories
from tests.markup import tight

from stead.access.models import Role, User
from stead.audit.models import Entry
from stead.handbook import actions as handbook_actions
from stead.handbook.models import Version
from stead.simulation import actions, work
from stead.simulation.models import Simulation
from stead.simulation.replay.periods import period
from stead.simulation.results import evidence, lists
from stead.simulation.tests.three_customers import ANNIVERSARY, BIRTHDAY, make_lake, strict, without_birthdays

pytestmark = [
    pytest.mark.database,
    pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning"),
]
LINK = re.compile(r'<a href="([^"]*/customers/[^"]*)">[+−]?([\d,]+)</a>')
COUNT = re.compile(r'<span class="soft">([\d,]+)')


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two deliveries that no test changes."""
    return make_lake(tmp_path_factory.mktemp("bank"))


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the nights of the first `done` are set aside, for the next one to go on from, as after a stop."""
    return tmp_path_factory.mktemp("kept") / "decided"


@pytest.fixture
def done(lake: Path, decided: Path) -> Simulation:
    """A simulation, done."""
    factories.user(Role.POLICY_OFFICER, "policy")
    version = handbook_actions.keep(by="test", files=without_birthdays().files)
    against = handbook_actions.keep(by="test", files=strict().files)
    found = period(lake, BIRTHDAY, ANNIVERSARY)
    asked = actions.Asked(version, "2026.5", found, BIRTHDAY, ANNIVERSARY, lake, against=against)
    made = actions.ask(by="test", asked=asked, is_background=False)
    if decided.exists():
        shutil.copytree(decided, work.folder_of(made))
    work.work(made.pk)
    if not decided.exists():
        shutil.copytree(work.folder_of(made), decided)
    return Simulation.objects.get(pk=made.pk)


def client(username: str = "policy") -> Client:
    """A client that this user is logged in with."""
    made = Client()
    made.force_login(User.objects.get(username=username))
    return made


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_every_number_opens_the_rows_that_it_was_counted_from(done: Simulation) -> None:
    assert done.state == Simulation.State.DONE, done.message
    page = tight(client().get(f"/simulations/{done.pk}/").content.decode())
    links = {(html.unescape(href), int(number.replace(",", ""))) for href, number in LINK.findall(page)}
    assert len(links) > 20
    reader = client()
    for href, number in links:
        shown = reader.get(href)
        assert shown.status_code == 200, href
        counted = COUNT.search(tight(shown.content.decode()))
        is_hours = "measure=bankers" in href
        assert counted is not None, href
        rows = shown.content.decode().count("<tr>") - 1
        assert rows == min(int(counted[1].replace(",", "")), lists.PAGE), href
        assert is_hours or int(counted[1].replace(",", "")) == number, href
    seen = Entry.objects.filter(verb="simulation.customers_seen")
    assert seen.filter(actor="policy", detail__customers__contains=["1"]).exists()
    # The draft drops the birthday, and the anniversary that it frees is planned instead.
    told = {line["kind"]: (line["gain"], line["lose"]) for line in done.summary["services"]}
    assert told["birthday"] == (0, 1)
    assert told["anniversary"] == (1, 0)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_panel_and_the_evidence_tell_of_it_and_a_name_is_nowhere(done: Simulation) -> None:
    panel = client().get(f"/simulations/panel/?version={done.version_id}").content.decode()
    assert "sim-matrix" in panel
    facts = evidence.facts(done)
    assert facts["Nights replayed"] == "2"
    assert facts["Of these never really run"] == "2"
    listed = client().get(f"/simulations/{done.pk}/customers/?measure=stages&stage=mature").content.decode()
    assert "13800000001" not in listed
    assert ">An<" not in listed


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked",
    ["measure=nothing", "measure=tiers&night=2020-01-01", "measure=stages&side=x", "measure=actions&state=x"],
)
def test_a_list_that_there_is_not_is_not_found(asked: str, tmp_path: Path) -> None:
    factories.night()
    factories.user(Role.POLICY_OFFICER, "policy")
    made = factories.simulation(lake=str(tmp_path))
    work.folder_of(made).mkdir(parents=True)
    (work.folder_of(made) / "services.runs.json").touch()
    assert client().get(f"/simulations/{made.pk}/customers/?{asked}").status_code == 404


@pytest.mark.django_db
def test_rows_that_are_gone_are_said_to_be_gone() -> None:
    factories.night()
    factories.user(Role.POLICY_OFFICER, "policy")
    made = factories.simulation()
    page = client().get(f"/simulations/{made.pk}/customers/?measure=tiers").content.decode()
    assert "The rows of this simulation are gone" in page


@pytest.mark.django_db
def test_a_period_without_extracts_is_refused_on_the_form(tmp_path: Path) -> None:
    factories.night(lake=str(tmp_path))
    factories.user(Role.POLICY_OFFICER, "policy")
    assert "no extracts" in client().get("/simulations/new/").content.decode()
    sent = {"draft": "1", "first": "2026-01-31", "last": "2026-02-28", "against": ""}
    assert client().post("/simulations/new/", sent).status_code == 422


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_officer_asks_for_a_simulation_of_a_draft(lake: Path) -> None:
    factories.night(lake=str(lake))
    officer = factories.user(Role.POLICY_OFFICER, "policy")
    handbook_actions.found(by="night", files=strict().files)
    draft = handbook_actions.start_draft(by=officer, name="2027.2")
    sent = {"draft": str(draft.pk), "first": str(BIRTHDAY), "last": str(ANNIVERSARY), "against": ""}
    answer = client().post("/simulations/new/", sent)
    made = Simulation.objects.get()
    assert answer["Location"] == f"/simulations/{made.pk}/"
    assert (made.name, made.asked_by, made.state) == ("2027.2", "policy", Simulation.State.WAITING)
    assert made.days == [str(BIRTHDAY), str(ANNIVERSARY)]
    progress = client().get(f"/simulations/{made.pk}/progress/").content.decode()
    assert "hx-get" in progress
    client().post(f"/simulations/{made.pk}/cancel/")
    assert Simulation.objects.get().state == Simulation.State.CANCELLED


@pytest.mark.django_db
def test_the_content_of_a_simulation_that_is_refused_is_not_stored(
    lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "WAITING_MAX", 0)
    factories.night(lake=str(lake))
    officer = factories.user(Role.POLICY_OFFICER, "policy")
    handbook_actions.found(by="night", files=strict().files)
    draft = handbook_actions.start_draft(by=officer, name="2027.2")
    text = without_birthdays().files["2.3/occasion.dmn"]
    handbook_actions.save_file(
        by=officer, draft=draft, path="2.3/occasion.dmn", text=text, revision=draft.revision
    )
    stored = Version.objects.count()
    sent = {"draft": str(draft.pk), "first": str(BIRTHDAY), "last": str(ANNIVERSARY), "against": ""}
    answer = client().post("/simulations/new/", sent)
    assert "cancel one, or wait for it" in answer.content.decode()
    assert Version.objects.count() == stored
    monkeypatch.setattr(actions, "WAITING_MAX", 1)
    assert client().post("/simulations/new/", sent).status_code == 302
    assert Version.objects.count() == stored + 1


@pytest.mark.django_db
def test_why_a_simulation_failed_is_told_in_the_language_of_the_user(tmp_path: Path) -> None:
    factories.night()
    user = factories.user(Role.POLICY_OFFICER, "policy")
    user.language = "zh-hans"
    user.save()
    failed = factories.simulation(
        lake=str(tmp_path), state=Simulation.State.FAILED, message=actions.CLOSED, summary={}
    )
    assert "运行该模拟的终端已关闭。" in client().get(f"/simulations/{failed.pk}/").content.decode()
