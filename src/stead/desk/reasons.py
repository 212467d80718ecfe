"""Says in a sentence why an action is asked for: the handbook's text with the customer's numbers in it."""

import csv
import io
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from stead.core import formats
from stead.desk.customer_words import ACTIONS, word
from stead.engagement.models import Action
from stead.handbook.models import Version


@dataclass(frozen=True)
class Limit:
    """The most contacts of a class or over a channel in so many days; it holds for the classes `binds`."""

    scope: str  # class or channel
    name: str
    days: int
    most: int
    binds: tuple[str, ...]


PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
Texts = Mapping[str, Mapping[str, Any]]


@lru_cache(maxsize=8)
def _stored(version: str) -> tuple[Mapping[str, str], Texts]:
    """The files and the texts of one version of the handbook: {"reason.maturity": {"zh": ..., "en": ...}}.

    A version never changes, so it is read from the database once in a process.
    """
    files = Version.objects.filter(pk=version).values_list("files", flat=True).first()
    if files is None:
        # Not remembered: the next night may store it under this name.
        raise LookupError(version)
    found: dict[str, Mapping[str, Any]] = {}
    for path in sorted(files):
        if path.endswith(".toml"):
            for section, entries in tomllib.loads(files[path]).items():
                found |= {f"{section}.{name}": entry for name, entry in entries.items()}
    return files, found


def files(version: str) -> Mapping[str, str]:
    """Every file of one version of the handbook by path; none when the version is not stored."""
    try:
        return _stored(version)[0]
    except LookupError:
        return {}


def texts(version: str) -> Texts:
    """Every text of one version of the handbook; none when the version is not stored."""
    try:
        return _stored(version)[1]
    except LookupError:
        return {}


def value_name(version: str, column: str, value: Any, language: str) -> str:
    """The handbook's name for a decision's value, such as tier 2: Sunflower; empty when it has none."""
    entry = texts(version).get(f"value.{column}", {}).get(str(value), {})
    return str(entry.get("zh" if formats.is_chinese(language) else "en", ""))


def path_of(version: str, decision: str) -> str:
    """Where the table of a decision stands in a stored handbook: 2.4/warning.dmn; empty if nowhere."""
    name = f"{decision}.dmn"
    return next((path for path in sorted(files(version)) if path.rpartition("/")[2] == name), "")


def limits(version: str, day: date) -> list[Limit]:
    """The most contacts in so many days that hold on a day: clause 2.3, limits.csv."""
    rows = csv.DictReader(io.StringIO(files(version).get("2.3/limits.csv", "")))
    return [
        Limit(row["scope"], row["name"], int(row["days"]), int(row["most"]), tuple(row["binds"].split()))
        for row in rows
        if row["effective_from"] <= day.isoformat() <= (row["effective_to"] or "9999")
    ]


def _number(value: Any) -> Decimal | None:
    """A number out of JSON, exact; None when it is none."""
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _money(value: Any, currency: str, language: str) -> str | None:
    """¥1,240 万; None when the value is no number."""
    number = _number(value)
    return None if number is None else formats.money_short(number, currency, language)


def _percent(value: Any, _currency: str, _language: str) -> str | None:
    """0.52 as 52%."""
    number = _number(value)
    return None if number is None else formats.percent(number)


def _date(value: Any, _currency: str, language: str) -> str | None:
    """2026-11-26 as 11月26日."""
    try:
        return formats.day_short(date.fromisoformat(str(value)[:10]), language)
    except ValueError:
        return None


def _days(value: Any, _currency: str, language: str) -> str | None:
    """96 as 96 天."""
    number = _number(value)
    if number is None:
        return None
    return f"{int(number)} 天" if formats.is_chinese(language) else f"{int(number)} days"


FORMATS: dict[str, Callable[[Any, str, str], str | None]] = {
    "money": _money,
    "percent": _percent,
    "date": _date,
    "days": _days,
}


def said(value: Any, how: str, currency: str, language: str) -> str:
    """One value as a sentence says it. how: money, percent, date, days or text."""
    if value is None or value == "":
        return "–"
    if isinstance(value, Mapping):
        # A name in both languages, such as a festival's.
        return str(value.get("zh" if formats.is_chinese(language) else "en", "–"))
    made = FORMATS[how](value, currency, language) if how in FORMATS else None
    return str(value) if made is None else made


def fill(template: str, values: Mapping[str, Any], currency: str, language: str) -> str:
    """The template with each {name:format} replaced by its value; what is not known is a dash."""

    def place(found: re.Match[str]) -> str:
        return said(values.get(found[1]), found[2] or "text", currency, language)

    return PLACE.sub(place, template)


def text_of(version: str, section: str, language: str) -> Any:
    """A text of the handbook in the page's language; None when the handbook has none."""
    entry = texts(version).get(section, {})
    return entry.get("zh" if formats.is_chinese(language) else "en")


def sentence(action: Action, version: str, currency: str, language: str) -> str:
    """Why this customer, why now: the text of the rule, or else that of the kind of action.

    version: the handbook that made the action.
    """
    values = json.loads(action.numbers) if action.numbers else {}
    known = texts(version)
    names = [f"reason.{action.rule_id}", f"reason.{action.kind}"]
    # Who has never been contacted has no last contact to speak of.
    if values.get("contact_last_on", "") is None:
        names.insert(0, f"reason.{action.kind}_never")
    template = next((text_of(version, name, language) for name in names if name in known), None)
    return fill(template, values, currency, language) if template else word(ACTIONS, action.kind)
