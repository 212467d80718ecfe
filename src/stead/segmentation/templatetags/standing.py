"""Badges of tier, life stage and warning. `{% load standing %}`."""

from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from stead.segmentation.ended import said_ended
from stead.segmentation.models import Stage, Tier, WarningColour

register = template.Library()
TIER_CLASSES = {Tier.PRIVATE: "tier-private", Tier.DIAMOND: "tier-diamond", Tier.SUNFLOWER: "tier-sunflower"}


@register.simple_tag
def tier_badge(rank: int | None) -> SafeString:
    """The tier's name in a frame; the highest stands out, the others stay quiet."""
    if rank is None:
        return SafeString("")
    tier = Tier(rank)
    return format_html('<span class="tier {}">{}</span>', TIER_CLASSES.get(tier, ""), tier.label)


@register.simple_tag(takes_context=True)
def ended_badge(context: dict[str, Any], ended: str, ended_on: date | None) -> SafeString:
    """How and since when somebody is no customer any more; nothing for a customer."""
    if not ended:
        return SafeString("")
    return format_html(
        '<span class="badge-s is-soft" title="{}">{}</span>',
        ended_on.isoformat() if ended_on else "",
        said_ended(ended, ended_on, get_language() or "en", context.get("work_date")),
    )


@register.simple_tag
def warning_badge(colour: int | None) -> SafeString:
    """The warning's colour as a word on that colour; nothing where there is none."""
    if not colour:
        return SafeString("")
    warning = WarningColour(colour)
    return format_html('<span class="badge-s is-{}">{}</span>', warning.tone, warning.said)


@register.simple_tag
def stage_badge(stage: str) -> SafeString:
    """The life stage in a quiet frame."""
    return format_html('<span class="badge-s">{}</span>', Stage(stage).label) if stage else SafeString("")
