"""Tags that every page shares: money, dates, badges, icons. `{% load stead %}`."""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from stead.core import formats
from stead.core.assets import ICONS
from stead.core.template_folding import constant_in_a_language

register = template.Library()
Context = dict[str, Any]
TONES = ("", "accent", "red", "orange", "yellow", "blue", "soft")


def _language() -> str:
    """The language of the page that is being made."""
    return get_language() or "en"


@register.simple_tag
@constant_in_a_language
@lru_cache(maxsize=512)
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sheet. With a label it is read aloud; without one it is decoration.

    Remembered: a page shows dozens, and the address of the sheet is the same as long as the process lives.
    """
    if name not in ICONS:
        raise ValueError(f"icon {name!r} is not on the sheet; add it to ICONS in stead/core/assets.py")
    address = f"{static('vendor/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, address
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', address)


@register.simple_tag(takes_context=True)
def money(
    context: Context,
    amount: Decimal | int | None,
    currency: str = "",
    signed: bool = False,  # noqa: FBT001, FBT002 - templates name it
) -> SafeString:
    """An amount as it is said, exact on hover and in print; in the book currency if none is named.

    signed: a change, which shows a plus where it is one.
    """
    if amount is None:
        return SafeString('<span class="none">–</span>')
    currency = currency or str(context.get("book_currency") or "")
    amount = Decimal(amount)
    return format_html(
        '<data class="money" value="{}" title="{}">{}</data>',
        amount,
        formats.money_exact(amount, currency, signed=signed),
        formats.money_short(amount, currency, _language(), signed=signed),
    )


@register.simple_tag(takes_context=True)
def money_exact(context: Context, amount: Decimal | None, currency: str = "") -> str:
    """An amount to the cent, as in a statement."""
    return (
        "–" if amount is None else formats.money_exact(amount, currency or context.get("book_currency") or "")
    )


@register.simple_tag
def count(number: int) -> SafeString:
    """How many, short where it is large and exact on hover: 18,455; 1.25 M."""
    text = f"{number:,}" if number < 1_000_000 else formats.money_short(Decimal(number), "", _language())
    return format_html('<data class="count" value="{}" title="{}">{}</data>', number, f"{number:,}", text)


@register.filter
def ratio(value: Decimal | None) -> str:
    """0.52 as 52%; nothing known as a dash."""
    return "–" if value is None else formats.percent(Decimal(value))


@register.filter
def ratio_signed(value: Decimal | None) -> str:
    """A change: +5%, −52%."""
    return "–" if value is None else formats.percent(Decimal(value), signed=True)


@register.filter
def duration(minutes: int) -> str:
    """190 as 3 h 10 min."""
    return formats.duration(int(minutes), _language())


@register.filter
def masked(number: str) -> str:
    """The last four signs of a number: *******2206."""
    return formats.masked(number)


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | None, style: str = "short") -> SafeString:
    """A date for reading. style: short (11月26日), long (with weekday), lunar (with the Chinese calendar).

    The year is shown where it is not the year of the desk's day; the full date is on hover.
    """
    if value is None:
        return SafeString('<span class="none">–</span>')
    language, today = _language(), context.get("work_date")
    text = (
        formats.day_short(value, language, today)
        if style == "short"
        else formats.day_long(value, language, today)
    )
    if style == "lunar" and formats.is_chinese(language):
        text = f"{text} · {formats.lunar(value)}"
    hover = f"{value.isoformat()} {formats.weekday(value, language)}"
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), hover, text)


@register.simple_tag(takes_context=True)
def day_near(context: Context, value: date | None) -> SafeString:
    """A date near the desk's day as it is said: today, tomorrow, 2 days ago; further away as a date."""
    today = context.get("work_date")
    if value is None or today is None or abs((value - today).days) > 6:
        return day(context, value)
    days = (value - today).days
    if days in {0, 1, -1}:
        text = {0: gettext("today"), 1: gettext("tomorrow"), -1: gettext("yesterday")}[days]
    elif days > 0:
        text = formats.day_long(value, _language(), today)
    else:
        text = ngettext("%(days)s day ago", "%(days)s days ago", -days) % {"days": -days}
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        formats.day_long(value, _language(), today),
        text,
    )


@register.simple_tag
@constant_in_a_language
def badge(text: object, tone: str = "") -> SafeString:
    """A small word in a frame. tone: accent, red, orange, yellow, blue, soft or none."""
    if tone not in TONES:
        raise ValueError(f"tone {tone!r} of a badge is unknown; use one of {TONES}")
    return format_html('<span class="badge-s {}">{}</span>', f"is-{tone}" if tone else "", text)


@register.simple_tag
@constant_in_a_language
def clause(number: str) -> SafeString:
    """The chip that cites a clause of the handbook."""
    if not number:
        return SafeString("")
    return format_html(
        '<span class="clause" title="{}">{}</span>',
        gettext("Clause %(n)s of the handbook") % {"n": number},
        number,
    )


@register.simple_tag
@constant_in_a_language
def key(name: str) -> SafeString:
    """The key of the keyboard that does the same."""
    return format_html('<kbd class="key" aria-hidden="true">{}</kbd>', name)
