"""Why: the handbook's own table with the row lit that decided about a customer."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stead.access.guards import for_roles
from stead.access.queries import CUSTOMER_ROLES
from stead.desk.customer_page import Frame, spaced
from stead.desk.customer_timeline import CHANNELS, CLASSES, Telling
from stead.desk.customer_views import frame_of, opened
from stead.desk.customer_why import DECISIONS, values_of
from stead.desk.customer_words import held_reason
from stead.desk.reasons import path_of, sentence
from stead.desk.why_page import view
from stead.engagement.models import Action
from stead.engagement.queries import HELD, numbers, visible_to
from stead.segmentation.queries import decisions


def _action(frame: Frame, key: str) -> Action | None:
    """The action that the question is about; None when it is not this customer's."""
    return visible_to(frame.user).filter(pk=key, customer_id=frame.customer.pk).first() if key else None


@for_roles(*CUSTOMER_ROLES)
@require_safe
def why(request: HttpRequest, customer_id: str, decision: str) -> HttpResponse:
    """The table of one decision about one customer. `?action=`: as it was asked for one action."""
    frame = frame_of(request, customer_id)
    told = Telling(frame.language, frame.night.book_currency)
    action = _action(frame, request.GET.get("action", ""))
    stored = decisions(frame.standing, frame.night).get(decision)
    if action is None and stored is None and decision not in DECISIONS:
        raise Http404
    values = dict(stored.values) if stored else {}
    rules: tuple[str, ...] = stored.rules if stored else ()
    version = (stored.version if stored else "") or frame.night.handbook_version
    path = stored.table if stored else ""
    if action is not None:
        version, rules, path = action.handbook_version, (action.rule_id,), action.table
        values |= numbers(action)
    path = f"{path.removesuffix('.dmn')}.dmn" if path else path_of(version, decision)
    opened(frame, f"why {decision}")
    shown = {
        "customer": frame.customer,
        "number": spaced(customer_id),
        "title": DECISIONS.get(decision, decision),
        "clause": path.partition("/")[0],
        "version": version,
        "action": action,
        "sentence": _sentence(action, told) if action else "",
        "held": held_reason(action.held_reason, CLASSES, CHANNELS)
        if action and action.status == HELD
        else "",
        "view": view(version, path, rules, values, told),
        "values": [(one.label, one.text) for one in values_of(values, version, path, told)],
        "rules": ", ".join(rules),
    }
    return render(request, "desk/why.html", shown)


def _sentence(action: Action, told: Telling) -> str:
    """The action's reason in the page's language."""
    return sentence(action, action.handbook_version, told.currency, told.language)
