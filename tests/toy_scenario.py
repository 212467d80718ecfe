"""What the toy practice does in a house of its own: called by the test with the house on the path.

First argument: "with" or "without" the toy. Writes one JSON object of what was seen.
"""

import json
import os
import sys
from datetime import date
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "stead.web.settings"
django.setup()

import duckdb  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from stead.access.models import Role, User  # noqa: E402
from stead.core.catalogs import compile_catalogs  # noqa: E402
from stead.core.postgres import address_of  # noqa: E402
from stead.engagement.models import Action  # noqa: E402
from stead.extracts.contract import by_name  # noqa: E402
from stead.handbook.content.book import Handbook, load  # noqa: E402
from stead.night import pipeline  # noqa: E402
from stead.night.demo import generate  # noqa: E402
from stead.night.engine import SMALL, Stop, engine  # noqa: E402
from stead.night.progress import Board  # noqa: E402
from stead.night.registry import practices  # noqa: E402
from stead.night.stages import NAMES, readers  # noqa: E402
from stead.segmentation.models import Standing  # noqa: E402
from stead.simulation.replay import engine as replay  # noqa: E402
from stead.simulation.replay.periods import period  # noqa: E402
from stead.simulation.results.summary import summarise  # noqa: E402
from stead.simulation.results.tables import Results  # noqa: E402
from stead.web.slots import wire  # noqa: E402

DAY = date(2026, 11, 20)
LAKE = Path(settings.DATA) / "lake"


def night(day: date) -> None:
    with Board(NAMES) as board:
        pipeline.run(pipeline.Order(day, LAKE, None, address_of(connection.settings_dict)), board)


def banker_of(customer_id: str) -> User:
    standing = Standing.objects.get(pk=customer_id)
    found = User.objects.filter(banker_id=standing.banker_id).first()
    return found or User.objects.create_user(
        username=f"b{standing.banker_id}", password=None, role=Role.BANKER, banker_id=standing.banker_id
    )


def page(user: User, address: str) -> str:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    answer = client.get(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return f"{answer.status_code} {body.decode()}"


def simulated(files: dict[str, str]) -> dict[str, object]:
    """A replay of the night by the handbook in force and by one in which fewer stamps make somebody keen."""
    draft = {**files, "2.5/survey.dmn": files["2.5/survey.dmn"].replace("&gt;= 100", "&gt;= 5")}
    found, now = period(LAKE, DAY, DAY), Handbook(files)
    folder = LAKE / "simulations" / "toy"
    replay.run(replay.Order(LAKE, folder, found, {DAY: now}, Handbook(draft), "toy"))
    with engine(Stop(), folder / "spill", 2**30, parquet=SMALL) as at_work:
        summary = summarise(at_work, Results(folder, [DAY]), found, {DAY: now.version})
    return {
        "words": {row["kind"]: (row["current"]["owed"], row["draft"]["owed"]) for row in summary["actions"]},
        "measures": summary["nights"][-1]["sides"]["draft"]["measures"],
    }


def collected() -> dict[str, object]:
    """The toy's night and pages. Two customers speak of stamps, one of many."""
    with duckdb.connect() as con:
        query = f"SELECT customer_id FROM '{LAKE}/extracts/{DAY}/customers.parquet' WHERE closed_on IS NULL"
        many, few = (row[0] for row in con.execute(f"{query} ORDER BY 1 LIMIT 2").fetchall())
    with connection.cursor() as cursor:
        query = "INSERT INTO toy_note (customer_id, said_on, stamps) VALUES (%s, %s, %s)"
        cursor.executemany(query, [(many, DAY, 120), (few, DAY, 7)])
    night(DAY)
    user = banker_of(many)
    action = Action.objects.get(kind="toy_word")
    officer = User.objects.create_user(username="officer", password=None, role=Role.POLICY_OFFICER)
    return {
        "order": [table.name for table in practices.get().tables],
        "extract": "toy_fair" in by_name(),
        "coverage": readers()["2.5/survey.dmn"],
        "action": [action.customer_id == many, action.clause, action.table, action.rule_id, action.status],
        "customer": page(user, reverse("customer", args=[many])),
        "timeline": page(user, reverse("customer_timeline", args=[many]) + "?kind=toy"),
        "decisions": page(user, reverse("customer_decisions", args=[many])),
        "why": page(user, reverse("why", args=[many, "2.5:survey"])),
        "list": page(user, reverse("customers") + "?toy=yes"),
        "csv": page(user, reverse("customers_csv") + "?toy=yes"),
        "day": page(user, reverse("day")),
        "album": page(user, "/album/"),
        "overview": page(officer, reverse("overview")),
        "names": [Standing.objects.filter(pk=many).exists(), many, few],
        "simulation": simulated(dict(load(Path(settings.HANDBOOK)).files)),
    }


def main() -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    compile_catalogs()
    wire()
    call_command("migrate", verbosity=0)
    if sys.argv[1] == "with":
        generate(24, DAY, 3, "zh", LAKE)
        told = collected()
    else:
        night(DAY)
        customer = Standing.objects.filter(ended="").order_by("pk").first()
        assert customer is not None
        told = {
            "customer": page(banker_of(customer.pk), reverse("customer", args=[customer.pk])),
            "actions": sorted(set(Action.objects.values_list("kind", flat=True))),
            "tables": [table.name for table in practices.get().tables],
        }
    sys.stdout.write(json.dumps(told) + "\n")


main()
