"""My day: the list, the pane beside it, and the three things that a banker does with an action."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from stead.access.guards import for_roles, user_of
from stead.access.models import Role, User
from stead.audit.actions import record
from stead.desk.day_list import first_open, groups, plan
from stead.desk.day_pane import Pane, pane
from stead.desk.day_words import held_lines, speaker
from stead.engagement import actions
from stead.engagement.day import Entry, entries, entry, figures, held_reasons
from stead.engagement.models import Action, Channel, Outcome
from stead.extracts.shown_night import Night, night_of

workers = for_roles(Role.BANKER, Role.BRANCH_HEAD)


def _night(request: HttpRequest) -> Night:
    """The night that the desk shows. Raises Http404 before the first one."""
    night = night_of(request)
    if night is None:
        raise Http404
    return night


def _entry(request: HttpRequest, key: str) -> Entry:
    """The action of the address, if it is the user's to see."""
    found = entry(user_of(request), _night(request), key)
    if found is None:
        raise Http404
    return found


def _opened(user: User, found: Entry) -> None:
    """The pane shows a customer, so the ledger says who looked."""
    record(
        by=user,
        verb="customer.opened",
        object_kind="customer",
        object_id=found.action.customer_id,
        detail={"page": "day", "action": found.action.key},
    )


def _pane(user: User, found: Entry, night: Night) -> Pane:
    """The pane of an entry, recorded in the ledger."""
    shown = pane(user, found, night, timezone.localtime())
    if shown is None:
        raise Http404
    _opened(user, found)
    return shown


def _list(user: User, night: Night) -> dict[str, Any]:
    """What the list and the figures above it show."""
    found = entries(user, night)
    held = [] if found else held_reasons(user)
    sorted_in = groups(found, night.work_date, speaker(night).sentence)
    return {
        "groups": sorted_in,
        "any_done": any(group.name == "done" for group in sorted_in),
        "plan": plan(found, night.work_date),
        "figures": figures(user, night),
        "held": held_lines(held),
        "held_number": sum(number for _reason, number in held),
        "customers_address": _address("customers"),
    }


def _address(name: str) -> str:
    """The address of a page that this installation may not have."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@require_safe
@for_roles(Role.BANKER)
def day(request: HttpRequest) -> HttpResponse:
    """The banker's day with the first open action beside it."""
    night = night_of(request)
    if night is None:
        return render(request, "desk/day_none.html")
    user = user_of(request)
    shown = _list(user, night)
    first = first_open(shown["groups"])
    shown["current"] = first.key if first else ""
    shown["pane"] = _pane(user, first.entry, night) if first else None
    return render(request, "desk/day.html", shown)


@require_safe
@workers
def day_pane(request: HttpRequest, key: str) -> HttpResponse:
    """One action: the part beside the list for htmx, a page of its own on a phone."""
    found = _entry(request, key)
    shown = {"pane": _pane(user_of(request), found, _night(request))}
    whole = request.headers.get("HX-Request") != "true"
    template = "desk/day_pane_page.html" if whole else "desk/_pane.html"
    return render(request, template, shown | {"whole": whole})


def _back(request: HttpRequest) -> HttpResponse:
    """To the list that the user came from; a branch head has no day of the own."""
    return redirect("day" if user_of(request).role == Role.BANKER else "home")


def _settled(request: HttpRequest, key: str, news: str) -> HttpResponse:
    """After a write: the row leaves, the figures follow; without htmx, back to the list."""
    if request.headers.get("HX-Request") != "true":
        messages.success(request, news)
        return _back(request)
    night = _night(request)
    shown = _list(user_of(request), night) | {"news": news, "settled": key, "kind": "success"}
    response = render(request, "desk/_settled.html", shown)
    return trigger_client_event(response, "stead:settled", {"key": key})


def _refused(request: HttpRequest, why: str) -> HttpResponse:
    """A write that made no sense: say what would, change nothing."""
    if request.headers.get("HX-Request") != "true":
        messages.error(request, why)
        return _back(request)
    return render(request, "desk/_refused.html", {"news": why}, status=422)


@require_POST
@workers
def day_log(request: HttpRequest, key: str) -> HttpResponse:
    """Log what came of an action: channel and outcome, perhaps a note."""
    channel, outcome = request.POST.get("channel", ""), request.POST.get("outcome", "")
    if channel not in Channel.values or outcome not in Outcome.values:
        return _refused(request, gettext("Choose how you reached the customer and what came of it."))
    note = request.POST.get("note", "")[:1000]
    found = _entry(request, key)
    try:
        contact = actions.log_contact(
            by=user_of(request),
            key=key,
            channel=Channel(channel),
            outcome=Outcome(outcome),
            note=note,
            now=timezone.now(),
            night=_night(request),
        )
    except Action.DoesNotExist as gone:
        raise Http404 from gone
    said = {"name": found.name, "how": Channel(contact.channel).label, "what": Outcome(contact.outcome).label}
    return _settled(request, key, gettext("%(name)s: %(how)s – %(what)s. Logged.") % said)


@require_POST
@workers
def day_postpone(request: HttpRequest, key: str) -> HttpResponse:
    """Put an action off to another day."""
    found = _entry(request, key)
    try:
        until = date.fromisoformat(request.POST.get("until") or request.POST.get("other") or "")
    except ValueError:
        return _refused(request, gettext("Choose the day on which this should come back."))
    try:
        actions.postpone(by=user_of(request), key=key, until=until, now=timezone.now(), night=_night(request))
    except actions.RefusedError:
        return _refused(request, gettext("Choose a day after today and within 90 days."))
    return _settled(
        request, key, gettext("%(name)s comes back on %(day)s.") % {"name": found.name, "day": until}
    )


@require_POST
@workers
def day_decline(request: HttpRequest, key: str) -> HttpResponse:
    """Say that an action does not fit, and why."""
    found = _entry(request, key)
    reason = request.POST.get("reason") or request.POST.get("other") or ""
    try:
        actions.decline(
            by=user_of(request), key=key, reason=reason, now=timezone.now(), night=_night(request)
        )
    except actions.RefusedError:
        return _refused(
            request, gettext("Say in a few words why this does not fit; the policy office reads it.")
        )
    return _settled(request, key, gettext("%(name)s: declined. The reason is kept.") % {"name": found.name})
