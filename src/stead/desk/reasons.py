"""What the stored handbook says for a page: reasons of actions, names of values, limits of contact."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from stead.customers.profile import OLDER_RISK_MONTHS
from stead.engagement import policy
from stead.engagement.models import Action
from stead.engagement.policy import Limit
from stead.handbook.content import tables
from stead.handbook.content.book import Handbook, HandbookError
from stead.handbook.queries import handbook, reader, texts
from stead.practice.registry import kind_name

_RISK_LIST = "1.4/limits.csv"


def files(version: str) -> Mapping[str, str]:
    """Every file of one version of the handbook by path; none when the version is not stored."""
    found = handbook(version)
    return found.files if found else {}


def value_name(version: str, column: str, value: Any, language: str) -> str:
    """The handbook's name for a decision's value, such as tier 2: Sunflower; empty when it has none."""
    named = texts(version).value(column, value, language)
    return "" if named == str(value) else named


def labels(version: str, path: str, language: str) -> dict[str, str]:
    """The labels of the columns of a stored table; `path` with or without its ending."""
    found = handbook(version)
    return tables.labels(found, path, reader(version, language, "", None)) if found and path else {}


def conditions(
    version: str, path: str, rules: tuple[str, ...], language: str, currency: str, today: date
) -> list[tuple[str, str]]:
    """What the rows ask that decided: label and condition of each cell that asks for something."""
    found = handbook(version)
    said = reader(version, language, currency, today)
    return tables.conditions(found, path, rules, said) if found and path else []


def path_of(version: str, decision: str) -> str:
    """Where the table of a decision stands in a stored handbook: 2.4/warning.dmn; empty if nowhere.

    decision: as addresses hold it, "2.4:warning", or its last part alone.
    """
    path = f"{decision.replace(':', '/')}.dmn"
    return next((one for one in sorted(files(version)) if path in {one, one.rpartition("/")[2]}), "")


def limits(version: str, day: date) -> tuple[Limit, ...]:
    """The limits of clause 2.3 that hold on a day; none when the version has none that can be read."""
    found = handbook(version)
    try:
        return policy.limits(found, day) if found else ()
    except HandbookError:
        return ()


def risk_months(version: str, day: date) -> int:
    """How long an assessment of risk holds by clause 1.4, in months, on a day."""
    found = handbook(version)
    return risk_months_of(found, day) if found else OLDER_RISK_MONTHS


def risk_months_of(found: Handbook, day: date) -> int:
    """The same of a handbook; what older editions meant where its list has no such row."""
    try:
        rows = found.rows(_RISK_LIST, day)
    except HandbookError:
        return OLDER_RISK_MONTHS
    told = [row["value"] for row in rows if row.get("name") == "validity" and row.get("unit") == "months"]
    return int(told[0]) if told and told[0].isdigit() else OLDER_RISK_MONTHS


def sentence(action: Action, version: str, currency: str, language: str, today: date) -> str:
    """Why this customer, why now; the name of the kind of action where the handbook has no sentence.

    version: the handbook that made the action. today: the day of the page.
    """
    values = json.loads(action.numbers) if action.numbers else {}
    said = texts(version).reason(
        action.kind, values, language, rule_id=action.rule_id, currency=currency, today=today
    )
    return said if said != action.kind else kind_name(action.kind)
