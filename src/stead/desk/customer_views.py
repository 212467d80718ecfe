"""The customer page: one frame, five tabs, each a whole page of its own and a part for htmx."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from stead.access.guards import for_roles, user_of
from stead.access.queries import CUSTOMER_ROLES, WORKING_ROLES, works_with_customers
from stead.audit.actions import record
from stead.customers import queries as customers
from stead.desk import customer_words as words
from stead.desk.customer_overview import LIMIT_DAYS, budget, tier_card, todos
from stead.desk.customer_page import (
    Frame,
    chart,
    headline,
    household,
    important_dates,
    part,
    said_holders,
    spaced,
)
from stead.desk.customer_timeline import CHANNELS, CLASSES, filters, lines
from stead.desk.customer_why import decided, refused
from stead.desk.reasons import limits
from stead.engagement import queries as engagement
from stead.engagement.actions import log_other_contact
from stead.engagement.history import archive
from stead.engagement.models import Channel, MessageClass, Outcome
from stead.engagement.timeline import PAGE, events, kinds
from stead.extracts.shown_night import night_of
from stead.practice.registry import pages
from stead.segmentation import queries as segmentation

TABS: dict[str, Promise] = {
    "overview": lazy("Overview"),
    "timeline": lazy("Timeline"),
    "assets": lazy("Assets and accounts"),
    "family": lazy("Family and relations"),
    "decisions": lazy("Decisions"),
}
ADDRESSES = {"overview": "customer"} | {tab: f"customer_{tab}" for tab in TABS if tab != "overview"}
RECENT = 8
NOTE_MAX = 1000
NIGHTS = 400  # earlier nights that a line may be explained by


def frame_of(request: HttpRequest, customer_id: str) -> Frame:
    """Who the page is about. Raises Http404 when the user may not see the customer."""
    user = user_of(request)
    night = night_of(request)
    found = customers.profile(user, customer_id) if night else None
    standing = segmentation.standing(user, customer_id) if found else None
    if night is None or found is None or standing is None:
        raise Http404
    return Frame(user, night, found, standing, get_language() or "en")


def opened(frame: Frame, tab: str) -> None:
    """Write the opening of a customer into the ledger: one statement."""
    record(
        by=frame.user,
        verb="customer.opened",
        object_kind="customer",
        object_id=frame.customer.pk,
        detail={"tab": tab},
    )


def _overview(frame: Frame, _request: HttpRequest) -> dict[str, Any]:
    """The first tab: everything at a glance."""
    number, standing = frame.customer.pk, frame.standing
    accounts = customers.accounts(frame.user, number)
    relatives = segmentation.relatives(frame.user, number)
    version = frame.night.handbook_version
    made = engagement.made(number, frame.today, LIMIT_DAYS)
    told = frame.telling
    held = {one.holding.account_id: one.holding.share for one in accounts}
    joint = {account: share for account, share in held.items() if 0 < share < 1}
    return {
        "archive": frame.archive_card(),
        "dates": []
        if standing.ended
        else important_dates(
            frame.customer, standing.maturity_next_on, frame.today, frame.language, frame.risk_months
        ),
        "household": household(frame.customer, standing, relatives, accounts),
        "chart": chart(frame.profile.months),
        "todos": todos(
            engagement.open_about(frame.user, number, frame.night.published_at), frame.night, frame.language
        ),
        "tier": tier_card(standing, segmentation.decisions(standing, frame.night), frame.night, told),
        "budget": budget(standing, made, limits(version, frame.today), frame.night, CLASSES | CHANNELS),
        "lines": lines(events(number, limit=RECENT)[:RECENT], replace(told, shares=joint)),
        "blocks": _blocks(frame),
    }


def _blocks(frame: Frame) -> list[tuple[str, dict[str, Any]]]:
    """What the practices show of a customer: the template of each block with what it shows."""
    asked = (
        (block.template, block.context(frame.customer.pk, frame.night, frame.language))
        for one in pages.get()
        for block in one.blocks
    )
    return [(template, dict(shown)) for template, shown in asked if shown is not None]


def _timeline(frame: Frame, request: HttpRequest) -> dict[str, Any]:
    """Everything that happened, by kind, with more below."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in kinds() else ""
    found = events(frame.customer.pk, kind, request.GET.get("after", ""))
    nights = archive.get().nights(NIGHTS)
    told = replace(frame.telling, shares=customers.shares(frame.customer.pk), nights=nights)
    return {
        "kind": kind,
        "filters": [(code, label, code == kind) for code, label in filters().items()],
        "lines": lines(found[:PAGE], told),
        "more": found[PAGE - 1].cursor if len(found) > PAGE else "",
    }


def _assets(frame: Frame, _request: HttpRequest) -> dict[str, Any]:
    """The chart, its table, and every account."""
    months = frame.profile.months
    rows = zip(months.months, *months.by_kind.values(), months.totals, strict=True) if months.by_kind else ()
    return {
        "chart": chart(months),
        "kinds": [words.word(words.PRODUCT_KINDS, kind) for kind in months.by_kind],
        "months": list(rows)[::-1],
        "accounts": [
            {
                "holding": one.holding,
                "kind": words.word(words.PRODUCT_KINDS, one.holding.product_kind),
                "role": words.word(words.HOLDER_ROLES, one.holding.role),
                "part": part(one.holding.share),
                "others": said_holders(one),
                "foreign": one.holding.currency != frame.night.book_currency,
            }
            for one in customers.accounts(frame.user, frame.customer.pk)
        ],
    }


def _family(frame: Frame, _request: HttpRequest) -> dict[str, Any]:
    """Who belongs to the customer, and with whom accounts are shared."""
    relatives = segmentation.relatives(frame.user, frame.customer.pk)
    accounts = customers.accounts(frame.user, frame.customer.pk)
    home = household(frame.customer, frame.standing, relatives, accounts)
    shared = [{"holding": one.holding, "others": said_holders(one)} for one in accounts if one.others]
    return {
        "household": home,
        "relatives": [(one, words.word(words.RELATIONS, one.kind), frame.age_of(one)) for one in relatives],
        "shared": shared,
    }


def _decisions(frame: Frame, _request: HttpRequest) -> dict[str, Any]:
    """What the handbook said about the customer, and what lost and why."""
    actions = engagement.about(frame.user, frame.customer.pk)
    told = frame.telling
    return {
        "decisions": decided(
            segmentation.decisions(frame.standing, frame.night), frame.standing, frame.night, told
        ),
        "refused": refused(actions, told),
    }


MAKERS: dict[str, Callable[[Frame, HttpRequest], dict[str, Any]]] = {
    "overview": _overview,
    "timeline": _timeline,
    "assets": _assets,
    "family": _family,
    "decisions": _decisions,
}


def _show(request: HttpRequest, customer_id: str, tab: str, status: int = 200, **more: Any) -> HttpResponse:
    """One tab, whole or as a part, with its row in the ledger."""
    frame = frame_of(request, customer_id)
    context = MAKERS[tab](frame, request)
    opened(frame, tab)
    context = (
        _sheet()
        | context
        | more
        | {
            "frame": frame,
            "customer": frame.customer,
            "standing": frame.standing,
            "number": spaced(customer_id),
            "headline": headline(frame.profile, frame.today),
            "can_write": works_with_customers(frame.user),
            "consent": words.word(words.CONSENT, frame.customer.marketing_consent),
            "change_ratio": frame.change_ratio,
            "chart_words": frame.chart_words(),
            "tab": tab,
            "tab_template": f"desk/customer_{tab}.html",
            "tabs": [(ADDRESSES[name], label, name == tab) for name, label in TABS.items()],
        }
    )
    return render(request, _template(request, tab), context, status=status)


def _template(request: HttpRequest, tab: str) -> str:
    """The whole page; for htmx the body of the page or the next lines of the timeline."""
    if request.headers.get("HX-Request") != "true" or request.headers.get("HX-History-Restore-Request"):
        return "desk/customer.html"
    if tab == "timeline" and request.GET.get("after"):
        return "desk/customer_lines.html"
    return "desk/customer_body.html"


def _tab(name: str) -> Callable[..., HttpResponseBase]:
    """The view of one tab."""

    @for_roles(*CUSTOMER_ROLES)
    @require_safe
    def view(request: HttpRequest, customer_id: str) -> HttpResponse:
        return _show(request, customer_id, name)

    view.__doc__ = f"The tab {name} of a customer."
    return view


overview, timeline, assets, family, decisions = (_tab(name) for name in TABS)


def _sheet(data: QueryDict | None = None, refused: str = "") -> dict[str, Any]:
    """The sheet in which a contact is logged, with what was entered before it was refused."""
    entered = data or QueryDict()
    channel = entered.get("channel", Channel.CALL)
    wanted = entered.get("message_class", MessageClass.RELATIONSHIP)
    outcome = entered.get("outcome", "")
    return {
        "log_channels": [
            (code, label, words.CHANNEL_ICONS[code], code == channel) for code, label in Channel.choices
        ],
        "log_classes": [(code, label, code == wanted) for code, label in MessageClass.choices],
        "log_outcomes": [(code, label, code == outcome) for code, label in Outcome.choices],
        "log_note": entered.get("note", ""),
        "log_refused": refused,
    }


@for_roles(*WORKING_ROLES)
@require_POST
def contact(request: HttpRequest, customer_id: str) -> HttpResponse:
    """Log a contact that no action asked for; back to the timeline, where it stands."""
    frame = frame_of(request, customer_id)
    data = request.POST
    chosen = data.get("channel"), data.get("outcome"), data.get("message_class")
    if (
        chosen[0] not in Channel.values
        or chosen[1] not in Outcome.values
        or chosen[2] not in MessageClass.values
    ):
        why = gettext("Choose how you reached the customer, what for, and what came of it.")
        return _show(request, customer_id, "timeline", 422, **_sheet(data, why))
    log_other_contact(
        by=frame.user,
        customer=frame.customer,
        channel=Channel(chosen[0]),
        outcome=Outcome(chosen[1]),
        message_class=MessageClass(chosen[2]),
        note=data.get("note", "")[:NOTE_MAX],
        now=timezone.now(),
        night=frame.night,
    )
    messages.success(request, gettext("The contact with %(name)s is logged.") % {"name": frame.customer.name})
    return redirect("customer_timeline", customer_id)


@for_roles(*CUSTOMER_ROLES)
@require_POST
def reveal(request: HttpRequest, customer_id: str) -> HttpResponse:
    """The phone number in full; who asked stands in the ledger."""
    frame = frame_of(request, customer_id)
    record(
        by=frame.user,
        verb="customer.phone_revealed",
        object_kind="customer",
        object_id=frame.customer.pk,
        detail={},
    )
    return render(request, "desk/customer_phone.html", {"phone": frame.customer.phone})
