"""The toy on pages: a block, a line, a figure, a filter, a column, words and a page of its own."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from stead.toy.models import Collector, Note

from stead.access.models import Role
from stead.extracts.shown_night import Night
from stead.practice.pages import (
    Block,
    Choice,
    DayFigure,
    Event,
    FigurePart,
    Item,
    KindWords,
    Line,
    ListColumn,
    ListFilter,
    Pages,
    Telling,
    TimelinePart,
)

OWN = Collector.objects.filter(customer_id=OuterRef("customer_id"))


def _block(customer_id: str, _night: Night, _language: str) -> Mapping[str, Any] | None:
    found = Collector.objects.filter(pk=customer_id).first()
    return {"stamps": found.stamps} if found else None


def _notes(customer_id: str) -> QuerySet[Note]:
    return Note.objects.filter(customer_id=customer_id)


def _line(event: Event, _told: Telling) -> Line:
    return Line(event.on, "", "mail", f"Stamps spoken of: {event.facts['stamps']}", "", "toy", key=event.key)


def _collects(_today: date) -> Q:
    return Q(Exists(OWN.filter(stamps__gt=0)))


def _condition(_choice: str, _today: date) -> Q:
    return Q(Exists(OWN))


PAGES = Pages(
    name="toy",
    kinds={"toy_word": KindWords(_("Word about stamps"), "accent", "mail")},
    decisions={"2.5/survey": _("Zeal for stamps")},
    values={"stamps": _("Number of stamps")},
    choices={"zeal": {"keen": _("Very keen"), "idle": _("Not keen")}},
    measures={"toy_stamps": _("All the stamps")},
    timeline=(TimelinePart("toy", _("Stamps"), _notes, "said_on", {"stamps": F("stamps")}, _line),),
    blocks=(Block("toy", "toy/block.html", _block),),
    filters=(ListFilter("toy", _("Collects"), lambda: (Choice("yes", _("collects stamps")),), _condition),),
    columns=(ListColumn("toy", _("Stamps owned"), Subquery(OWN.values("stamps"))),),
    figures=(
        DayFigure(
            "toy",
            _("Stamp collectors"),
            (FigurePart("all", _collects, _("collect")),),
            "toy=yes",
        ),
    ),
    navigation=(Item("toy", _("Album of stamps"), "mail", frozenset({Role.BANKER})),),
    urls="stead.toy.urls",
)
