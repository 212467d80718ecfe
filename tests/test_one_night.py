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
from stead.core.postgres import address_of
from stead.customers.models import Customer
from stead.extracts.shown_night import night_of
from stead.night.models import Publication, Run
from stead.night.publication import Shown, publish
from stead.night.tests.published import write
from stead.segmentation.models import Standing
from stead.web.middleware import NIGHT_TRIES, OneNightMiddleware
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
