"""Measures what was asked for, prints it for people, and keeps it as JSON beside the data."""

import json
import os
import platform
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path

import django

django.setup()

# Models can only be imported after the set-up.
from django.conf import settings  # noqa: E402

from bench import night as nights  # noqa: E402
from bench import pages, simulate  # noqa: E402
from stead.access.models import User  # noqa: E402
from stead.engagement.models import Action  # noqa: E402
from stead.segmentation.models import Standing  # noqa: E402
from stead.web.demo_logins import ensure_logins  # noqa: E402
from stead.web.serve import prepare  # noqa: E402
from stead.web.slots import wire  # noqa: E402

Figures = dict[str, object]


def line(name: str, value: object, beside: str = "") -> None:
    """One figure for people."""
    print(f"  {name:<46}{value!s:>14}  {beside}", flush=True)


def measure_night(data: Path, customers: int) -> Figures:
    """The first night, the same decisions by plain SQL, and a second night in which 1 % changed."""
    made = nights.bank(data, customers)
    if made:
        line("demo bank made", f"{made:.1f} s")
    nights.begin_anew(data)
    first = nights.night(data, nights.DAY)
    line(
        "night, whole", f"{first.seconds:.1f} s", f"{first.cpu_seconds:.0f} CPU s, {first.memory_gib:.1f} GiB"
    )
    for stage, seconds in first.stages.items():
        line(f"- {stage}", f"{seconds:.1f} s")
    line("- all stages", f"{first.told_seconds:.1f} s")
    took, same, hand, values = nights.beside_limit(data)
    line("features and decisions alone", f"{took.seconds:.1f} s", f"{took.cpu_seconds:.0f} CPU s")
    line("- of it the tables that the SQL writes too", f"{same.seconds:.1f} s")
    line("the same by hand-written SQL", f"{hand.seconds:.1f} s", f"{hand.cpu_seconds:.0f} CPU s")
    line("- values compared, all equal", f"{values:,}")
    line("ratio of the same tables", f"{same.seconds / hand.seconds:.2f}")
    line(
        "ratio of both stages, 20 tables to 3",
        f"{took.seconds / hand.seconds:.2f}",
        f"{took.cpu_seconds / hand.cpu_seconds:.2f} in CPU s",
    )
    second = nights.night(data, nights.next_delivery(data))
    line("second night, 1 % changed", f"{second.seconds:.1f} s", f"{second.rows_written:,} rows written")
    beside = {"stages": asdict(took), "same_tables": same.seconds, "limit": asdict(hand), "values": values}
    return {"first": asdict(first), "beside": beside, "second": asdict(second)}


def measure_pages() -> Figures:
    """My day, customers, search and lists: server time of one, and pages a second of sixteen clients."""
    prepare()
    logins = {login.role: login for login in ensure_logins()}
    banker = User.objects.get(username=logins["banker"].username)
    numbers = list(
        Standing.objects.filter(banker_id=banker.banker_id).values_list("customer_id", flat=True)[:300]
    )
    customers = [f"/customers/{number}/" for number in numbers]
    keys = Action.objects.filter(banker_id=banker.banker_id, status="today").count()
    line("the banker's customers, actions today", f"{len(numbers)}, {keys}")
    found: list[pages.PageFigure] = []
    for name, role, addresses in (
        ("my day", "banker", ["/day/"] * 60),
        ("customer", "banker", customers),
        ("list of the portfolio", "banker", ["/customers/"] * 60),
        ("list of all, by assets", "auditor", ["/customers/"] * 60),
        ("list of all, red warnings", "auditor", ["/customers/?warning=3"] * 60),
        ("branch", "branch_head", ["/branch/"] * 60),
        ("clause of the handbook", "policy_officer", ["/handbook/2.2/", "/handbook/2.3/"] * 30),
        ("coverage of the handbook", "policy_officer", ["/handbook/coverage/"] * 60),
        ("actions of a clause", "branch_head", ["/actions/?clause=2.3"] * 60),
        ("search by pinyin, all", "auditor", [f"/search/?q={word}" for word in words()]),
    ):
        figure = pages.measured(name, logins[role].username, addresses)
        line(name, f"{figure.median_ms:.1f} ms", f"p95 {figure.p95_ms:.1f} ms, {figure.queries} queries")
        found.append(figure)
    with pages.served() as port:
        cookie = pages.login(port, logins["banker"].username, logins["banker"].password)
        load = pages.loaded("customer pages, 16 clients", port, cookie, customers)
    line(
        load.name,
        f"{load.pages_a_second:.1f} /s",
        f"median {load.median_ms:.0f} ms, p95 {load.p95_ms:.0f} ms",
    )
    return {"pages": [asdict(figure) for figure in found], "load": asdict(load)}


def measure_simulation(data: Path, customers: int) -> Figures:
    """Twelve monthly nights decided again by a draft and by the version in force."""
    made = nights.bank(data, customers)
    if made:
        line("demo bank made", f"{made:.1f} s")
    found = simulate.simulated(data)
    line(
        f"simulation, {found.nights} nights, draft and in force",
        f"{found.seconds:.0f} s",
        f"{found.cpu_seconds:.0f} CPU s, {found.memory_gib:.1f} GiB; at most {simulate.LIMIT_S:.0f} s",
    )
    return asdict(found)


def words(most: int = 60) -> Iterable[str]:
    """What an auditor might type: beginnings of names as they are spelt."""
    surnames = ("wang", "li", "zhang", "liu", "chen", "yang", "huang", "zhao", "wu", "zhou")
    given = ("xiao", "jian", "mei", "hui", "guo", "zhi")
    return [f"{surname}{name}" for surname in surnames for name in given][:most]


def main(customers: int, only: list[str]) -> int:
    """Measure the wanted parts in their order."""
    wire()
    data = Path(settings.DATA)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    print(f"{customers:,} customers; {machine}")
    figures: Figures = {"customers": customers, "machine": machine}
    parts: dict[str, Callable[[], Figures]] = {
        "night": lambda: measure_night(data, customers),
        "pages": measure_pages,
        "simulate": lambda: measure_simulation(data, customers),
    }
    for name in only:
        figures[name] = parts[name]()
        (data / "figures.json").write_text(json.dumps(figures, indent=1, default=str))
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
