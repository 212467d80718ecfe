"""Warnings of leaving on pages: words, the timeline, the figure of a day, filter and column of lists."""

from datetime import date
from functools import partial
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stead.engagement.models import Action
from stead.engagement.timeline import NIGHT_FACTS
from stead.practice.pages import (
    Choice,
    DayFigure,
    Event,
    FigurePart,
    KindWords,
    Line,
    ListColumn,
    ListFilter,
    Pages,
    Telling,
    TimelinePart,
)
from stead.practice.registry import kind_words
from stead.retention.book import KINDS
from stead.segmentation.models import WarningColour

ANY = "any"
COLOURS = dict(WarningColour.choices)


def _warned(customer_id: str) -> QuerySet[Action]:
    """The warnings about a customer that ask for something; what is held back has a line of its own."""
    return Action.objects.filter(customer_id=customer_id, kind__in=KINDS.values()).exclude(status="held")


def _line(event: Event, told: Telling) -> Line:
    facts, words = event.facts, kind_words(event.facts["kind"])
    return Line(
        on=event.on,
        clock="",
        icon=words.icon,
        title=str(words.label),
        detail=told.sentence(facts),
        source=gettext("night of %(day)s") % {"day": facts["run_id"][:10]},
        clause=facts["clause"],
        tone=words.tone,
        why=facts["decision"],
        key=event.key,
        action=event.key.split(":", 1)[1],
    )


def _choices() -> tuple[Choice, ...]:
    colours = (Choice(str(value), label) for value, label in WarningColour.choices[::-1] if value)
    return (Choice(ANY, _("any colour")), *colours)


def _condition(choice: str, _today: date) -> Q:
    return Q(warning__gt=0) if choice == ANY else Q(warning=choice)


def _has(colour: int, _today: date) -> Q:
    return Q(warning=colour)


def _badge(value: Any) -> str:
    return WarningColour(value).said if value else ""


def _tone(value: Any) -> str:
    return WarningColour(value).tone if value else ""


def _colour(value: Any) -> str:
    return str(COLOURS[int(value)]) if value not in {"", None} else ""


PAGES = Pages(
    name="retention",
    kinds={
        "warning_red": KindWords(_("Red warning of leaving"), "red", "alert-triangle"),
        "warning_orange": KindWords(_("Orange warning of leaving"), "orange", "alert-triangle"),
        "warning_yellow": KindWords(_("Yellow warning of leaving"), "yellow", "alert-triangle"),
    },
    decisions={"2.4/warning": _("Warning of leaving")},
    values={
        "colour": _("Colour"),
        "warning": _("Colour"),
        "respond_days": _("Respond within days"),
        "respond_hours": _("Respond within hours"),
        "login_days": _("Days since login"),
    },
    choices={"colour": COLOURS, "warning": COLOURS},
    measures={
        "warned_red": _("Customers with a red warning"),
        "warned_orange": _("Customers with an orange warning"),
        "warned_yellow": _("Customers with a yellow warning"),
    },
    timeline=(TimelinePart("warning", _("Warnings"), _warned, "first_owed_on", NIGHT_FACTS, _line),),
    filters=(ListFilter("warning", _("Warning"), _choices, _condition),),
    columns=(ListColumn("warning", _("Warning"), F("warning"), _badge, _tone, _colour),),
    figures=(
        DayFigure(
            "warnings",
            _("Warnings of leaving"),
            (
                FigurePart("red", partial(_has, WarningColour.RED), _("red"), "red"),
                FigurePart("orange", partial(_has, WarningColour.ORANGE), _("orange"), "orange"),
                FigurePart("yellow", partial(_has, WarningColour.YELLOW), _("yellow"), "yellow"),
            ),
            "warning=any",
        ),
    ),
)
