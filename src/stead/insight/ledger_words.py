"""The words of the ledger's page for what the ledger keeps as codes: verbs, objects, particulars."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from stead.access.models import Role
from stead.engagement.models import Channel, MessageClass, Outcome

VERBS: dict[str, Promise] = {
    "customer.opened": lazy("Opened a customer"),
    "customer.phone_revealed": lazy("Showed a phone number in full"),
    "customer.reassigned": lazy("Handed a customer over"),
    "contact.logged": lazy("Logged a contact"),
    "contact.corrected": lazy("Corrected a contact"),
    "action.postponed": lazy("Postponed an action"),
    "action.declined": lazy("Declined an action"),
    "list.exported": lazy("Exported a list"),
    "list.seen": lazy("Looked at a list"),
    "view.saved": lazy("Saved a view"),
    "view.removed": lazy("Removed a view"),
    "rejects.downloaded": lazy("Downloaded the rows set aside"),
    "user.logged_in": lazy("Logged in"),
    "user.logged_out": lazy("Logged out"),
    "user.login_refused": lazy("Log-in refused"),
    "user.added": lazy("Added a user"),
    "user.changed": lazy("Changed a user's name, language or e-mail"),
    "user.role_changed": lazy("Changed a user's role"),
    "user.enabled": lazy("Let a user in again"),
    "user.disabled": lazy("Disabled a user"),
    "user.password_reset": lazy("Gave a one-time password"),
    "user.password_chosen": lazy("Chose an own password"),
    "night.began": lazy("Night began"),
    "night.published": lazy("Night published"),
    "night.refused": lazy("Night refused"),
    "night.failed": lazy("Night failed"),
    "night.followed": lazy("Night kept what was handed over meanwhile"),
    "night.other_currency": lazy("Handbook's amounts in another currency than the book's"),
    "night.asked_again": lazy("Night asked for again"),
    "simulation.asked": lazy("Asked for a simulation"),
    "simulation.cancelled": lazy("Cancelled a simulation"),
    "simulation.stopped": lazy("Simulation stopped"),
    "simulation.finished": lazy("Simulation finished"),
    "simulation.failed": lazy("Simulation failed"),
    "simulation.files_dropped": lazy("Removed the files of old simulations"),
    "simulation.customers_seen": lazy("Looked at customers of a simulation"),
    "night.delivery_accepted": lazy("Delivery accepted beyond its limits"),
    "night.handbook_given": lazy("Night by a handbook that was given"),
    "handbook.used_first": lazy("Handbook used for the first time"),
    "handbook.stored": lazy("Version of the handbook stored"),
    "handbook.created": lazy("Draft of the handbook begun"),
    "handbook.edited": lazy("Draft of the handbook changed"),
    "handbook.merged": lazy("Draft of the handbook merged"),
    "handbook.submitted": lazy("Draft of the handbook submitted"),
    "handbook.returned": lazy("Draft of the handbook given back"),
    "handbook.approved": lazy("Handbook approved"),
    "handbook.withdrawn": lazy("Draft of the handbook withdrawn"),
}
OBJECTS: dict[str, Promise] = {
    "customer": lazy("Customer"),
    "user": lazy("User"),
    "view": lazy("View"),
    "list": lazy("List"),
    "run": lazy("Night"),
    "handbook": lazy("Handbook"),
    "draft": lazy("Draft"),
    "simulation": lazy("Simulation"),
}
PARTICULARS: dict[str, Promise] = {
    "tab": lazy("page"),
    "page": lazy("page"),
    "action": lazy("action"),
    "from": lazy("from"),
    "to": lazy("to"),
    "reason": lazy("reason"),
    "name": lazy("name"),
    "query": lazy("filters"),
    "filters": lazy("filters"),
    "role": lazy("role"),
    "before": lazy("before"),
    "after": lazy("after"),
    "note": lazy("note"),
    "message_class": lazy("class"),
    "banker_id": lazy("banker number"),
    "branch_id": lazy("branch number"),
    "channel": lazy("channel"),
    "outcome": lazy("outcome"),
    "until": lazy("until"),
    "message": lazy("message"),
    "address": lazy("address"),
    "rows": lazy("rows"),
    "list": lazy("list"),
    "customers": lazy("customers"),
    "via": lazy("by way of"),
    "os_user": lazy("user of the operating system"),
    "host": lazy("machine"),
    "first": lazy("from"),
    "last": lazy("to"),
    "seconds": lazy("seconds"),
    "version": lazy("version"),
    "simulations": lazy("simulations"),
}
PAGES: dict[str, Promise] = {
    "overview": lazy("overview"),
    "timeline": lazy("timeline"),
    "assets": lazy("assets"),
    "family": lazy("family"),
    "decisions": lazy("decisions"),
    "why": lazy("why"),
    "day": lazy("my day"),
}


def verb(code: str) -> str:
    """What was done, in words; the code itself for a verb of a later program."""
    return str(VERBS.get(code, code))


def thing(kind: str) -> str:
    """What it was done to."""
    return str(OBJECTS.get(kind, kind))


def particulars(detail: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The details of an entry as name and text; what is empty says nothing and is left out."""
    return [
        (str(PARTICULARS.get(name, name)), _text(name, value))
        for name, value in detail.items()
        if value is not None and value != ""
    ]


def _text(name: str, value: Any) -> str:
    """One value; pages, roles, channels and outcomes by their names, several of them with theirs."""
    if isinstance(value, Mapping):
        return ", ".join(f"{label} {text}" for label, text in particulars(value))
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    value = str(value)
    if name in {"tab", "page"}:
        page, space, rest = value.partition(" ")
        return f"{PAGES.get(page, page)}{space}{rest}"
    choices: dict[str, dict[Any, Any]] = {
        "role": dict(Role.choices),
        "before": dict(Role.choices),
        "channel": dict(Channel.choices),
        "outcome": dict(Outcome.choices),
        "message_class": dict(MessageClass.choices),
    }
    return str(choices.get(name, {}).get(value, value))
