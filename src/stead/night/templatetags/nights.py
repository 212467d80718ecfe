"""How a run, its stages and its rejects are shown. `{% load nights %}`."""

from decimal import Decimal

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stead.core.formats import percent
from stead.night.models import Run, StageRun

register = template.Library()
RUN_TONES = {"running": "blue", "published": "accent", "refused": "orange", "failed": "red"}
RUN_TEXTS = {
    "running": _("running"),
    "published": _("published"),
    "refused": _("refused"),
    "failed": _("failed"),
}
STAGE_TONES = {"running": "blue", "done": "accent", "reused": "accent", "failed": "red"}
STAGE_TEXTS = {
    "waiting": _("waiting"),
    "running": _("running"),
    "done": _("done"),
    "reused": _("taken over from the stopped run"),
    "failed": _("failed"),
}
STAGE_NAMES = {
    "contract": _("Contract"),
    "features": _("Features"),
    "decisions": _("Decisions"),
    "obligations": _("Obligations"),
    "allocation": _("Allocation"),
    "publication": _("Publication"),
}
BAR_WIDTH = 220


def _badge(text: object, tone: str) -> SafeString:
    return format_html('<span class="badge-s {}">{}</span>', f"is-{tone}" if tone else "", text)


@register.simple_tag
def run_status(run: Run) -> SafeString:
    """The run's state as a badge."""
    return _badge(RUN_TEXTS.get(run.status, run.status), RUN_TONES.get(run.status, ""))


@register.simple_tag
def stage_status(stage: StageRun) -> SafeString:
    """The stage's state as a badge."""
    return _badge(STAGE_TEXTS.get(stage.status, stage.status), STAGE_TONES.get(stage.status, ""))


@register.simple_tag
def stage_name(name: str) -> str:
    """The stage's name in the user's language."""
    return str(STAGE_NAMES.get(name, name))


@register.simple_tag
def run_seconds(run: Run) -> str:
    """The seconds of all stages together, from rows that the view has fetched."""
    return f"{run.seconds:.1f}" if run.seconds else "–"


@register.simple_tag
def run_rejects(run: Run) -> str:
    """The rows that were set aside, from rows that the view has fetched."""
    total = sum(reject.count for reject in run.rejects.all())
    return f"{total:,}" if total else "–"


@register.simple_tag
def share(value: float) -> str:
    """A float share as a percentage."""
    return percent(Decimal(str(round(value, 6))))


@register.simple_tag
def stage_bar(run: Run, longest: float) -> SafeString:
    """The stages as one bar, to scale with the longest run of the page; each says its seconds on hover."""
    parts, left = [], 0.0
    for number, stage in enumerate(run.stages.all()):
        seconds = stage.seconds or 0.0
        width = BAR_WIDTH * seconds / longest if longest else 0.0
        if width > 0:
            title = f"{stage_name(stage.stage)} {seconds:.1f} s"
            parts.append((f"stage-{number % 6}", f"{left:.1f}", f"{max(width - 0.5, 0.5):.1f}", title))
            left += width
    if not parts:
        return SafeString('<span class="none">–</span>')
    bars = format_html_join(
        "", '<rect class="{}" x="{}" y="0" width="{}" height="10" rx="1.5"><title>{}</title></rect>', parts
    )
    return format_html(
        '<svg class="stage-bar" width="{}" height="10" role="img" aria-label="{}">{}</svg>',
        BAR_WIDTH,
        gettext("Seconds of each stage"),
        bars,
    )
