"""A page shows one night, also when the next one is published between two of its queries."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory

from stead.access.models import Role
from stead.audit.models import Entry
from stead.core.postgres import address_of
from stead.customers.models import Customer
from stead.extracts.shown_night import NIGHT_TRIES, night_of
from stead.insight import list_file, list_views
from stead.night.models import Publication, Run
from stead.night.publication import Shown, publish
from stead.night.tests.published import write
from stead.segmentation.models import Standing
from stead.web.middleware import OneNightMiddleware
from tests import factories

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
NEXT = "2026-11-24-next"


def next_night(folder: Path, name: str) -> None:
    """Publish a night in which the only customer is called otherwise; the tables are swapped, as at night."""
    first = Publication.objects.get().run
    run = {"book_date": first.book_date, "work_date": first.work_date, "started_at": first.started_at}
    Run.objects.create(run_id=NEXT, status=Run.Status.RUNNING, handbook_version=first.handbook_version, **run)
    made = Customer.objects.get()
    standing = Standing.objects.get()
    rows = {"customer_id": made.pk, "banker_id": made.banker_id, "branch_id": made.branch_id}
    tables = {
        "customers_customer": write(
            folder, "customers_customer",
            [{**rows, "name": name, "kind": "person", "opened_on": made.opened_on}],
        ),
        "segmentation_standing": write(
            folder, "segmentation_standing",
            [{**rows, "tier": 2, "stage": standing.stage, "decisions": "{}", "assets_now": 777_000}],
        ),
    }  # fmt: skip

    def record(cursor: psycopg.Cursor) -> None:
        cursor.execute("UPDATE nightly_publication SET run_id = %s", (NEXT,))

    changes = publish(address_of(connection.settings_dict), NEXT, tables, Shown(first.run_id, None), record)
    assert {change.mode for change in changes.values()} == {"swap"}


def between(table: str, publishes: Callable[[], None]) -> Any:
    """Publish from another thread right before the first query of a page that reads the table."""
    is_done: list[bool] = []

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not is_done and f'FROM "{table}"' in sql:
            is_done.append(True)
            other = Thread(target=publishes)
            other.start()
            other.join(timeout=60)
        return execute(sql, params, many, context)

    return connection.execute_wrapper(wrapper)


@pytest.mark.parametrize(
    ("page", "table"), [("/customers/", "customers_customer"), ("/customers/C1/", "segmentation_standing")]
)
def test_a_page_that_a_publication_overtook_is_that_of_the_new_night(
    client: Client, tmp_path: Path, page: str, table: str
) -> None:
    factories.night()
    factories.customer("C1", name="Before", assets_now=Decimal(111_000))
    client.force_login(factories.user(Role.BANKER))
    assert "Before" in client.get(page).content.decode()

    def publishes() -> None:
        next_night(tmp_path, "After")
        connection.close()

    with between(table, publishes):
        text = client.get(page).content.decode()
    assert ("After" in text, "Before" in text) == (True, False)
    assert ("777" in text, "111,000" in text) == (True, False)


def test_a_search_that_a_publication_overtook_finds_who_is_there_now(client: Client, tmp_path: Path) -> None:
    factories.night()
    factories.customer("C1", name="Before", pinyin="zhouhuimin")
    client.force_login(factories.user(Role.BANKER))
    asked = "/search/?q=zhou", {"HX-Request": "true"}
    assert "Before" in client.get(asked[0], headers=asked[1]).content.decode()

    def publishes() -> None:
        next_night(tmp_path, "After")
        connection.close()

    with between("segmentation_standing", publishes):
        assert "Before" not in client.get(asked[0], headers=asked[1]).content.decode()


def publish_beside(folder: Path) -> None:
    """Publish the next night on another connection, and wait until it is shown."""

    def publishes() -> None:
        next_night(folder, "After")
        connection.close()

    other = Thread(target=publishes)
    other.start()
    other.join(timeout=60)
    assert Publication.objects.get().run_id == NEXT


def told(answer: Any) -> str:
    """What is left of an answer that is sent in parts."""
    return "".join(part.decode() for part in answer.streaming_content)


def entry() -> dict[str, Any]:
    """The particulars of the newest export in the ledger."""
    found: dict[str, Any] = Entry.objects.filter(verb="list.exported").latest("pk").detail
    return found


@pytest.mark.parametrize("is_before", [True, False], ids=["before it is read", "after it was read"])
def test_a_file_of_the_list_is_of_one_night_when_a_publication_overtakes_it(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_before: bool
) -> None:
    factories.night()
    factories.customer("C1", name="Before", assets_now=Decimal(111_000))
    client.force_login(factories.user(Role.BANKER))
    reads: list[int] = []
    spool = list_file.spool

    def overtaken(*asked: Any) -> Any:
        reads.append(len(reads))
        if is_before and len(reads) == 1:
            publish_beside(tmp_path)
        found = spool(*asked)
        if not is_before and len(reads) == 1:
            publish_beside(tmp_path)
        return found

    monkeypatch.setattr(list_views, "spool", overtaken)
    answer = client.get("/customers.csv")
    lines = told(answer).splitlines()
    assert (len(reads), len(lines)) == (2, 2)
    assert "C1,After," in lines[1]
    assert "777000.00" in lines[1]
    assert entry()["rows"] == 1
    assert Entry.objects.filter(verb="list.exported").count() == 1


def test_a_slow_download_keeps_no_night_from_being_published(client: Client, tmp_path: Path) -> None:
    factories.night()
    factories.customer("C1", name="Before", assets_now=Decimal(111_000))
    client.force_login(factories.user(Role.BANKER))
    answer: Any = client.get("/customers.csv")
    titles = next(iter(answer.streaming_content))
    publish_beside(tmp_path)
    assert "Number" in titles.decode()
    assert told(answer).startswith("C1,Before,Gold")
    assert entry()["rows"] == 1


def asked(method: str) -> WSGIRequest:
    """A request of nobody."""
    request: WSGIRequest = getattr(RequestFactory(), method)("/")
    request.user = AnonymousUser()
    return request


def test_a_page_that_no_publication_overtook_is_made_once() -> None:
    factories.night()
    made: list[WSGIRequest] = []

    def page(request: Any) -> HttpResponse:
        made.append(request)
        return HttpResponse(str(night_of(request)))

    OneNightMiddleware(page)(asked("get"))
    assert len(made) == 1


@pytest.mark.parametrize(("method", "times"), [("get", NIGHT_TRIES), ("post", 1)])
def test_a_page_is_made_again_only_so_often_and_nothing_is_done_twice(method: str, times: int) -> None:
    factories.night()
    made: list[int] = []

    def page(request: Any) -> HttpResponse:
        night_of(request)
        made.append(len(made))
        Run.objects.create(
            run_id=f"night-{len(made)}", book_date=factories.BOOK_DATE, work_date=factories.WORK_DATE,
            status=Run.Status.PUBLISHED, started_at=Publication.objects.get().published_at,
        )  # fmt: skip
        Publication.objects.update(run_id=f"night-{len(made)}")
        return HttpResponse("")

    answer = OneNightMiddleware(page)(asked(method))
    assert len(made) == times
    assert answer.status_code == (503 if method == "get" else 200)
