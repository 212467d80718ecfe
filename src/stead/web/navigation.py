"""The navigation: which pages each role has, in which order, and where each role begins."""

from functools import cache

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from stead.access.models import Role
from stead.practice.pages import Item
from stead.practice.registry import pages


def _for(*roles: Role) -> frozenset[Role]:
    """The roles that have a page."""
    return frozenset(roles)


BANKER, HEAD, POLICY = Role.BANKER, Role.BRANCH_HEAD, Role.POLICY_OFFICER
AUDITOR, ADMINISTRATOR = Role.AUDITOR, Role.ADMINISTRATOR
ITEMS = (
    Item("day", _("My day"), "sunrise", _for(BANKER)),
    Item("branch", _("Branch"), "building", _for(HEAD)),
    Item("customers", _("Customers"), "users", _for(BANKER, HEAD, AUDITOR)),
    Item("overview", _("Overview"), "chart-bar", _for(POLICY, AUDITOR, ADMINISTRATOR)),
    Item("clauses", _("Handbook"), "notes", _for(*Role)),
    Item(
        "coverage",
        _("Coverage"),
        "list-details",
        _for(HEAD, POLICY, AUDITOR, ADMINISTRATOR),
        0,
        is_minor=True,
    ),
    Item("simulations", _("Simulations"), "timeline", _for(POLICY, AUDITOR), 0, is_minor=True),
    Item(
        "versions",
        _("Versions"),
        "history",
        _for(POLICY, AUDITOR),
        0,
        is_minor=True,
        also=("/handbook/drafts/", "/handbook/compare/"),
    ),
    Item("audit", _("Audit ledger"), "shield-check", _for(AUDITOR), 1),
    Item("runs", _("Nights"), "moon", _for(AUDITOR, ADMINISTRATOR)),
    Item("contract", _("Extracts"), "database", _for(POLICY, AUDITOR, ADMINISTRATOR)),
    Item("users", _("Users"), "users-group", _for(ADMINISTRATOR), 1),
)
# The first page of a role, in the order of preference: the first of these addresses that exists.
FIRST_PAGE = {
    BANKER: ("day",),
    HEAD: ("branch", "customers"),
    POLICY: ("overview", "clauses"),
    AUDITOR: ("customers", "audit"),
    ADMINISTRATOR: ("runs", "users"),
}


@cache
def address(name: str) -> str:
    """The address of a page by name; empty where this installation does not have the page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def items_for(role: str, path: str) -> list[dict[str, object]]:
    """What the navigation shows to a role on the page `path`; the current page is marked."""
    items = (*ITEMS, *(item for one in pages.get() for item in one.navigation))
    shown = [item for item in items if role in item.roles and address(item.name)]
    begins = [(start, item.name) for item in shown for start in (address(item.name), *item.also)]
    current = max(
        (one for one in begins if path.startswith(one[0])), key=lambda one: len(one[0]), default=("", "")
    )[1]
    return [
        {
            "text": item.text,
            "icon": item.icon,
            "href": address(item.name),
            "name": item.name,
            "current": item.name == current,
            "is_minor": item.is_minor,
            "divided": position > 0 and item.group != shown[position - 1].group,
        }
        for position, item in enumerate(shown)
    ]


def first_page(role: str) -> str:
    """Where a role begins: the address of its first page that exists; its own password page if none does."""
    names = FIRST_PAGE.get(Role(role), ()) if role in Role.values else ()
    return next((address(name) for name in names if address(name)), address("password"))
