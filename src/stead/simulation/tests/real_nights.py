"""A small bank whose nights are really run, and whose bankers do something between them, for tests."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from stead.access.models import Role, User
from stead.core.postgres import address_of
from stead.customers.models import Banker, Customer
from stead.engagement import actions
from stead.engagement.models import Action, Channel, MessageClass, Outcome
from stead.extracts.shown_night import Night
from stead.handbook.content.book import Handbook
from stead.handbook.content.book import load as load_handbook
from stead.night import pipeline
from stead.night.models import Publication
from stead.night.pipeline import Order
from stead.night.progress import Board
from stead.night.stages import NAMES
from stead.simulation.replay import engine
from stead.simulation.replay.periods import period


def night(lake: Path, day: date) -> str:
    """Run a real night into the test database; returns the run's name."""
    order = Order(day, lake, Path(settings.HANDBOOK), address_of(connection.settings_dict))
    with Board(NAMES) as board:
        return pipeline.run(order, board).run_id


def shown() -> Night:
    """The night on the desk, as published before the bank opened."""
    run = Publication.objects.get().run
    return Night(run.run_id, run.book_date, run.work_date, _at(run.work_date, 1), run.handbook_version, "CNY")


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def work() -> None:
    """A day of the bankers: actions done, in vain, postponed and declined, and some calls besides."""
    desk = shown()
    now = _at(desk.work_date, 3)
    for banker in Banker.objects.order_by("banker_id"):
        user = User.objects.filter(username=banker.pk).first() or User.objects.create_user(
            username=banker.pk, role=Role.BANKER, banker_id=banker.pk, branch_id=banker.branch_id
        )
        mine: dict[str, Any] = {"by": user, "now": now, "night": desk}
        todo = Action.objects.filter(banker_id=banker.pk).order_by("-status", "rank", "key")
        for number, action in enumerate(todo.exclude(channel="")[:14]):
            if number % 7 == 3:
                actions.postpone(key=action.key, until=desk.work_date + timedelta(days=2), **mine)
            elif number % 7 == 4:
                actions.decline(key=action.key, reason="travels", **mine)
            elif number % 7 != 6:
                outcome = (Outcome.REACHED, Outcome.NOT_REACHED, Outcome.REFUSED)[number % 3]
                channel = Channel(action.channel)
                actions.log_contact(key=action.key, channel=channel, outcome=outcome, note="", **mine)
        for customer in Customer.objects.filter(banker_id=banker.pk).order_by("-pk")[:2]:
            actions.log_other_contact(
                customer=customer,
                channel=Channel.CALL,
                outcome=Outcome.REACHED,
                message_class=MessageClass.RELATIONSHIP,
                note="",
                **mine,
            )


def handbook() -> Handbook:
    """The handbook of the real nights."""
    return load_handbook(Path(settings.HANDBOOK))


def replayed(
    lake: Path, first: date, last: date, draft: Handbook, current: Handbook | None = None, name: str = "1"
) -> engine.Order:
    """Replay a period, the handbook of the real nights beside a draft; returns what was asked for."""
    found = period(lake, first, last)
    against = current or handbook()
    order = engine.Order(
        lake=lake,
        folder=lake / "simulations" / name,
        period=found,
        current={night.day: against for night in found.nights},
        draft=draft,
        code="test",
    )
    engine.run(order)
    return order
