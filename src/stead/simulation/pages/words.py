"""The words of the simulation's pages for what its files keep as codes."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from stead.engagement.models import Channel, MessageClass, Outcome
from stead.handbook.queries import texts
from stead.practice.registry import kind_name
from stead.segmentation.models import Stage, Tier, WarningColour

SIDES: dict[str, Promise] = {"current": _("in force"), "draft": _("draft")}
STEPS: dict[str, Promise] = {
    "decisions": _("tiers, stages and warnings"),
    "actions_current": _("actions, in force"),
    "actions_draft": _("actions, draft"),
}
REASONS: dict[str, Promise] = {"no_extracts": _("no extracts"), "refused": _("the delivery was refused")}
STATES: dict[str, Promise] = {
    "owed": _("Owed"),
    "planned": _("Planned"),
    "held": _("Held back"),
    "carried": _("Carried over"),
    "overdue": _("Overdue"),
    "later": _("Later"),
    "today": _("Planned"),
}
MEASURES: dict[str, Promise] = {
    "tiers": _("Tiers"),
    "stages": _("Life stages"),
    "warnings": _("Warnings"),
    "actions": _("Actions of all nights"),
    "night_actions": _("Actions of one night"),
    "made": _("Contacts made"),
    "over": _("Over a limit"),
    "services": _("Services gained and lost"),
    "red": _("Red warnings"),
    "bankers": _("Hours by banker"),
}
KINDS: dict[str, Promise] = {"owed_contact": _("Contact owed by tier")}
CHANGES: dict[str, Promise] = {"gain": _("Gains"), "lose": _("Loses")}
COLUMNS: dict[str, Promise] = {
    "customer_id": _("Customer number"),
    "banker_id": _("Banker number"),
    "branch_id": _("Branch number"),
    "tier": _("Tier"),
    "tier_current": _("Tier, in force"),
    "tier_draft": _("Tier, draft"),
    "moved": _("moves"),
    "stage_rule": _("Rule"),
    "warning_rule": _("Rule"),
    "rule_id": _("Rule"),
    "rule_current": _("Rule, in force"),
    "rule_draft": _("Rule, draft"),
    "potential": _("Potential"),
    "stage": _("Life stage"),
    "warning": _("Warning"),
    "warned_on": _("Happened on"),
    "warning_due_on": _("React by"),
    "assets_month_01": _("Average assets of the month"),
    "contribution_m01": _("Contribution in 12 months"),
    "assets_now": _("Assets"),
    "assets_peak_12m": _("Highest assets in 12 months"),
    "assets_30d_ago": _("Assets 30 days before"),
    "assets_change_30d_ratio": _("Change in 30 days"),
    "assets_change_90d_ratio": _("Change in 90 days"),
    "outflow_largest_own_30d_ratio": _("Largest transfer to an own account elsewhere, share"),
    "maturity_past_7d_unreinvested": _("Matured and not placed again"),
    "own_transaction_days": _("Days since the last own booking"),
    "tenure_months": _("Months a customer"),
    "login_days": _("Days since the last login"),
    "night": _("Night"),
    "kind": _("Kind"),
    "action_kind": _("Kind"),
    "state": _("State"),
    "status": _("State"),
    "held_reason": _("Reason"),
    "reason": _("Limit"),
    "message_class": _("Class"),
    "channel": _("Channel"),
    "latest_on": _("Last day"),
    "planned_on": _("Planned for"),
    "minutes": _("Minutes"),
    "value": _("At stake"),
    "clause": _("Clause"),
    "outcome": _("Outcome"),
    "is_assumed": _("Assumed"),
    "contacts": _("Contacts"),
    "most": _("At most"),
    "limits": _("Limits broken"),
    "change": _("Change"),
    "first_night": _("First night"),
    "in_time": _("In time"),
    "capacity_minutes": _("Capacity, minutes"),
    "minutes_current": _("Minutes, in force"),
    "minutes_draft": _("Minutes, draft"),
    "carried_current": _("Carried over, in force"),
    "carried_draft": _("Carried over, draft"),
}
MONEY = ("assets_month_01", "contribution_m01", "assets_now", "assets_peak_12m", "assets_30d_ago",
         "maturity_past_7d_unreinvested", "value")  # fmt: skip
YES_NO = {True: "✓", False: "–"}


def column(name: str) -> str:
    """What a column is called."""
    return str(COLUMNS.get(name, name))


def kind(name: str, value: Any) -> str:
    """How a value is shown: money, ratio, day, number or text."""
    if name in MONEY:
        return "money"
    if name.endswith("_ratio"):
        return "ratio"
    if isinstance(value, date):
        return "day"
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return "number" if is_number and name not in CODED else "text"


CODED = ("tier", "tier_current", "tier_draft", "warning")


def _named(choices: Any, value: Any) -> str:
    """The label of a choice; the code itself where there is none of it."""
    return str(choices(value).label) if value in choices.values else str(value)


def action_kind(value: str, version: str) -> str:
    """What a kind of action is called in the handbook that asked for it."""
    said = texts(version).value("occasion", value, get_language() or "")
    return str(KINDS.get(value, kind_name(value))) if said == value else said


def held(reason: str, version: str) -> str:
    """Why something was held back, in the sentence of the handbook that did so."""
    return texts(version).held(reason, get_language() or "") if reason else ""


_CHOICES: dict[str, Any] = {
    "stage": Stage, "message_class": MessageClass, "channel": Channel, "outcome": Outcome,
}  # fmt: skip
_WORDS = {"status": STATES, "state": STATES, "change": CHANGES}


def text(name: str, value: Any, version: str = "") -> str:
    """A code of a column in words; `version` is the handbook that gave a reason."""
    if value is None or value == "":
        said = "–"
    elif isinstance(value, bool):
        said = YES_NO[value]
    elif name in CODED:
        said = _named(WarningColour if name == "warning" else Tier, int(value))
    elif name in _CHOICES:
        said = _named(_CHOICES[name], value)
    elif name in {"kind", "action_kind"}:
        said = action_kind(value, version)
    elif name in {"held_reason", "reason"}:
        said = held(value, version)
    else:
        said = str(_WORDS.get(name, {}).get(value, value))
    return said
