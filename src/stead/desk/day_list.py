"""Arranges a day for reading: groups, rows with their sentences, the figures' texts. No queries, no HTML."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from stead.engagement.day import Entry
from stead.engagement.models import ActionState, Channel
from stead.practice.registry import kind_words

ICONS = {
    Channel.CALL: "phone",
    Channel.VISIT: "users",
    Channel.WECOM: "brand-wechat",
    Channel.SMS: "device-mobile-message",
    Channel.EMAIL: "mail",
}
MESSAGE_CHANNELS = (Channel.WECOM, Channel.SMS, Channel.EMAIL)
Sentence = Callable[[Entry], str]


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    entry: Entry
    sentence: str
    icon: str
    tone: str
    overdue_days: int  # 0: not overdue
    carried_from: date | None  # since when it waits, if longer than today

    @property
    def key(self) -> str:
        """The action's key."""
        return str(self.entry.action.key)


@dataclass(frozen=True)
class Group:
    """Rows under one heading. name: must, due, carried or done."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Plan:
    """How much of the day is planned and how much is done."""

    actions: int
    minutes: int
    done: int
    overdue: int


def row(entry: Entry, today: date, sentence: Sentence) -> Row:
    """One entry as a line on the day `today`."""
    action = entry.action
    waits = action.first_owed_on < today and action.status != "done"
    return Row(
        entry=entry,
        sentence=sentence(entry),
        icon=ICONS.get(Channel(action.channel), "phone"),
        tone=kind_words(action.kind).tone,
        overdue_days=max(0, (today - action.latest_on).days),
        carried_from=action.first_owed_on if waits else None,
    )


def groups(entries: list[Entry], today: date, sentence: Sentence) -> list[Group]:
    """The list: what must be done today, what is due, what did not fit into the day, what is done."""
    rows = [row(entry, today, sentence) for entry in entries]
    sorted_in: dict[str, list[Row]] = {"must": [], "due": [], "carried": [], "done": []}
    for one in rows:
        sorted_in[_group_of(one, today)].append(one)
    return [Group(name, tuple(found)) for name, found in sorted_in.items() if found]


def _group_of(one: Row, today: date) -> str:
    """The heading that a row stands under."""
    if not one.entry.is_open:
        return "done"
    if one.entry.action.status != "today":
        return "carried"
    return "must" if one.entry.action.latest_on <= today else "due"


def plan(entries: list[Entry], today: date) -> Plan:
    """The day's sums; what is put off or declined no longer counts as planned."""
    dropped = {ActionState.State.POSTPONED, ActionState.State.DECLINED}
    planned = [one for one in entries if one.action.status == "today" and one.state not in dropped]
    return Plan(
        actions=len(planned),
        minutes=sum(one.action.minutes for one in planned),
        done=sum(1 for one in planned if one.state),
        overdue=sum(1 for one in planned if one.is_open and one.action.latest_on < today),
    )


def first_open(found: list[Group]) -> Row | None:
    """The row that the pane shows first."""
    return next((one for group in found if group.name != "done" for one in group.rows), None)
