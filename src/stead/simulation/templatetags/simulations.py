"""How a simulation's state and the meaning of its numbers are shown. `{% load simulations %}`."""

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from stead.simulation.models import Simulation

register = template.Library()
State = Simulation.State
TONES = {State.RUNNING: "is-blue", State.DONE: "is-accent", State.FAILED: "is-red"}
MEANINGS: tuple[tuple[Promise, Promise], ...] = (
    (_("Change their tier"), _("customers whose tier at the end of the night differs between the two")),
    (_("Owed"), _("needs that are due on the work date: planned, carried over and held back")),
    (_("Planned"), _("actions that stand in a banker's day")),
    (_("Held back"), _("needs that the contact policy stops, each with one reason")),
    (_("Carried over"), _("needs that did not fit into the banker's minutes")),
    (_("Made"), _("contacts that arrived: real ones whose action was planned, and assumed ones")),
    (
        _("Assumed"),
        _("taken to be made on the day planned: one side alone planned it, or the night never really ran"),
    ),
    (_("Overdue"), _("open needs whose last day lies before the work date")),
    (
        _("Over a limit"),
        _("customers who hear more than a limit of that handbook allows, the day's plan included"),
    ),
    (_("Hours"), _("minutes of the actions in the bankers' days; capacity is what they have for contacts")),
    (
        _("Service"),
        _("a kind of action that a day's plan had for a customer, or the right to contacts by tier"),
    ),
)


@register.simple_tag
def simulation_state(simulation: Simulation) -> SafeString:
    """The state as a badge."""
    tone = TONES.get(State(simulation.state), "")
    return format_html('<span class="badge-s {}">{}</span>', tone, simulation.get_state_display())


@register.simple_tag
def simulation_meanings() -> tuple[tuple[Promise, Promise], ...]:
    """What each number counts."""
    return MEANINGS
