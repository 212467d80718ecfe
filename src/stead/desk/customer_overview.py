"""The cards on the right of the customer page: what to do now, why this tier, what is owed and allowed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stead.core import formats
from stead.customers.profile import months_later
from stead.desk import customer_words as words
from stead.desk.customer_timeline import Telling
from stead.desk.reasons import conditions, path_of, sentence
from stead.engagement.counting import Counting
from stead.engagement.models import Action
from stead.engagement.policy import Limit
from stead.engagement.queries import Reached, counted, counting_of
from stead.extracts.shown_night import Night
from stead.handbook.content.night_words import LAST, OWED
from stead.handbook.content.table_numbers import Movement
from stead.practice.registry import kind_name
from stead.segmentation.book import is_month_end
from stead.segmentation.models import Standing, Tier
from stead.segmentation.queries import Decision, movement_of

LIMIT_DAYS = 30


@dataclass(frozen=True)
class Todo:
    """An open action: when, what in a sentence, by which clause."""

    key: str
    kind: str
    icon: str
    due: str
    tone: str
    sentence: str
    clause: str
    decision: str


def due(action: Action, today: date, language: str) -> tuple[str, str]:
    """When an action is due, in words, and the colour of it."""
    late = (today - action.latest_on).days
    if late > 0:
        return ngettext("%(days)s day overdue", "%(days)s days overdue", late) % {"days": late}, "red"
    if action.earliest_on > today:
        return _("from %(day)s") % {"day": formats.day_short(action.earliest_on, language, today)}, ""
    if late == 0:
        return (
            _("today before %(time)s") % {"time": action.due_by} if action.due_by else _("today")
        ), "orange"
    return _("by %(day)s") % {"day": formats.day_short(action.latest_on, language, today)}, ""


def todos(actions: list[Action], night: Night, language: str) -> list[Todo]:
    """What is open, the most pressing first. actions: open ones, in that order."""
    found = []
    for action in actions:
        when, tone = due(action, night.work_date, language)
        found.append(
            Todo(
                key=action.key,
                kind=kind_name(action.kind),
                icon=words.CHANNEL_ICONS.get(action.channel, "message"),
                due=when,
                tone=tone,
                sentence=sentence(
                    action, action.handbook_version, night.book_currency, language, night.work_date
                ),
                clause=action.clause,
                decision=action.decision,
            )
        )
    return found


@dataclass(frozen=True)
class TierCard:
    """Why this tier: since when, what this month earns, by which rule, and what happens next."""

    since: date | None
    earned: str
    earned_is: int  # above 0: more than held; below 0: less
    rule: str
    conditions: list[tuple[str, str]]  # what the rule asks: label and condition
    version: str
    average_assets: Any
    contribution: Any
    next: str
    next_tone: str


def tier_card(standing: Standing, decisions: dict[str, Decision], night: Night, told: Telling) -> TierCard:
    """The tier with the numbers that the handbook's table read."""
    said = decisions.get("2.2/tier")
    version = (said.version if said else "") or night.handbook_version
    rules = said.rules if said else ()
    # The night decides no tier by a contribution that is made of an unknown balance.
    is_unknown = standing.contribution_12m is None
    comparison = 0 if is_unknown else standing.tier_earned - standing.tier
    words_next, tone = tier_next(
        standing, movement_of(night.handbook_version), night.book_date, told.language
    )
    return TierCard(
        since=standing.tier_since,
        earned=_("not known") if is_unknown else str(Tier(standing.tier_earned).label),
        earned_is=comparison,
        rule=", ".join(rules),
        conditions=conditions(
            version, path_of(version, "tier"), rules, told.language, told.currency, told.today
        )
        if rules
        else [],
        version=version[:8],
        average_assets=standing.assets_average_month,
        contribution=standing.contribution_12m,
        next=words_next,
        next_tone=tone,
    )


def tier_next(
    standing: Standing, movement: Movement | None, book_date: date, language: str
) -> tuple[str, str]:
    """What the movement rule does next if nothing changes, and the colour of that.

    movement: the table by which the night moved; None where it cannot be read any more.
    """
    below = standing.watch_months
    if standing.contribution_12m is None:
        return _("Stays as it was held: a balance is not known."), "yellow"
    if not below and standing.tier_earned < standing.tier:
        return _("Stays: the first month below the tier is not over yet."), ""
    if not below:
        return _("Stays: this month earns the tier."), ""
    is_watched, tone = standing.is_watched, "orange" if standing.is_watched else "yellow"
    watched_from, moved_after = (
        (movement.watched_from, movement.moved_after) if movement is not None else (None, None)
    )
    if not is_watched and watched_from is not None and below < watched_from:
        said = ngettext(
            "%(months)s month below; watched from %(when)s unless it recovers.",
            "%(months)s months below; watched from %(when)s unless it recovers.",
            below,
        )
        return said % {"months": below, "when": _month(book_date, watched_from - below, language)}, tone
    if moved_after is not None and below < moved_after:
        said = _DOWN[is_watched](below)
        return said % {"months": below, "when": _month(book_date, moved_after - below, language)}, tone
    return _STAYS[is_watched](below) % {"months": below}, tone


# Whether the customer is watched, to the words for so many months.
_DOWN = {
    True: lambda below: ngettext(
        "Watched: %(months)s month below; moves down in %(when)s unless it recovers.",
        "Watched: %(months)s months below; moves down in %(when)s unless it recovers.",
        below,
    ),
    False: lambda below: ngettext(
        "%(months)s month below; moves down in %(when)s unless it recovers.",
        "%(months)s months below; moves down in %(when)s unless it recovers.",
        below,
    ),
}
_STAYS = {
    True: lambda below: ngettext(
        "Watched: %(months)s month below.", "Watched: %(months)s months below.", below
    ),
    False: lambda below: ngettext(
        "%(months)s month below the tier.", "%(months)s months below the tier.", below
    ),
}


def _month(book_date: date, ends: int, language: str) -> str:
    """The month at whose end so many more months will have ended, the book date's own among them."""
    then = months_later(book_date, ends if is_month_end(book_date) else ends - 1)
    return f"{then.year}年{then.month}月" if formats.is_chinese(language) else f"{then:%B %Y}"


@dataclass(frozen=True)
class Used:
    """Contacts of one class or over one channel in 30 days against the limit."""

    label: str
    used: int
    most: int

    @property
    def is_full(self) -> bool:
        """Whether nothing more of this class may be sent."""
        return self.used >= self.most


@dataclass(frozen=True)
class Budget:
    """What the bank owes the customer and what it may still say."""

    interval_days: int | None
    last_on: date | None
    owed_on: date | None  # the last that is a contact owed, where that is an earlier one
    due_on: date | None
    due: str
    tone: str
    since_night: bool  # contacted after the last night: the due date moves tonight
    used: list[Used]


def budget(
    standing: Standing, made: list[Reached], limits: Sequence[Limit], night: Night, words_of: dict[str, Any]
) -> Budget:
    """Contacts owed by clause 2.3 beside the limits of 30 days. words_of: classes and channels in words."""
    counts = counting_of(night.handbook_version, night.work_date)
    last = _newest(LAST, counts, made, standing.contact_shown_on)
    owed = _newest(OWED, counts, made, standing.contact_last_on)
    # A night before the last contact was told apart knew of the owed ones alone.
    last = max(filter(None, (last, owed)), default=None)
    fresh = bool(owed and owed > night.book_date)
    said, tone = "", ""
    if standing.contact_due_on is not None:
        days = (standing.contact_due_on - night.work_date).days
        if fresh:
            said = _("done; counted tonight")
        elif days < 0:
            said, tone = (
                ngettext("%(days)s day overdue", "%(days)s days overdue", -days) % {"days": -days},
                "red",
            )
        elif days == 0:
            said, tone = _("today"), "orange"
        else:
            said = ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}
    used = [
        Used(str(words_of.get(one.name, one.name)), len(counted(one, made, counts)), one.most)
        for one in limits
        if one.days == LIMIT_DAYS
    ]
    earlier = owed if owed != last else None
    return Budget(
        standing.contact_interval_days, last, earlier, standing.contact_due_on, said, tone, fresh, used
    )


def _newest(use: str, counts: Counting, made: list[Reached], known: date | None) -> date | None:
    """The day of the last contact that counts for a use: of those lately made, and what the night knew."""
    days = [one.on for one in made if one.counts(use, counts)]
    return max([*days, *filter(None, [known])], default=None)
