"""The list of customers: filters, saved views, CSV."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from stead.access.guards import for_roles, user_of
from stead.access.models import Role, User
from stead.audit.actions import record
from stead.customers.models import Ended
from stead.customers.search import found_by
from stead.extracts.shown_night import country_of, night_of
from stead.insight import queries
from stead.insight.filters import NOBODY, ORDERS, UNKNOWN, Filters
from stead.segmentation.actions import RefusedError, remove_view, save_view
from stead.segmentation.models import SavedView, Stage, Standing, Tier, WarningColour
from stead.segmentation.queries import visible_to

CSV_CHUNK = 2_000
# Beginnings at which a spreadsheet takes a text for a formula; the wide signs are those of Chinese keyboards.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
FIELDS = {field.name: field for field in Standing._meta.concrete_fields}
lists_customers = for_roles(Role.BANKER, Role.BRANCH_HEAD, Role.AUDITOR)


def today_of(request: HttpRequest) -> date:
    """The desk's day: the work date of the published night; before the first night, the calendar's."""
    night = night_of(request)
    return night.work_date if night else timezone.localdate()


def chosen(user: User, filters: Filters, today: date, country: str) -> QuerySet[Standing]:
    """The standings that the user may see and the filters leave. country: of the bank, for phones."""
    standings = filters.apply(visible_to(user), today)
    if filters.q:
        standings = standings.filter(customer_id__in=found_by(user, filters.q, country=country))
    return standings


@lists_customers
@require_GET
def customer_list(request: HttpRequest) -> HttpResponse:
    """The list, or with htmx the rows that continue it."""
    user, today = user_of(request), today_of(request)
    filters = Filters.read(request.GET)
    standings = chosen(user, filters, today, country_of(request))
    page = queries.page(standings, filters, _after(request, filters))
    context = {
        "page": page,
        "filters": filters,
        "today": today,
        "may_reassign": user.role == Role.BRANCH_HEAD,
    }
    if request.headers.get("HX-Request") and request.GET.get("after"):
        return render(request, "insight/_rows.html", context)
    count, exact = queries.counted(standings)
    bankers = list(queries.bankers_of(user)[:200]) if user.role != Role.BANKER else []
    context |= {
        "count": count,
        "count_is_exact": exact,
        "views": SavedView.objects.filter(owner=user.username).order_by("name"),
        "tiers": Tier.choices[::-1],
        "stages": Stage.choices,
        "endings": Ended.choices,
        "colours": [choice for choice in WarningColour.choices[::-1] if choice[0]],
        "bankers": bankers,
        "orders": ORDERS,
        "nobody": NOBODY,
        "narrowed": filters.query,
    }
    return render(request, "insight/customers.html", context)


def _after(request: HttpRequest, filters: Filters) -> str:
    """Where the list continues; a value that is none is refused as a page that does not exist."""
    after = request.GET.get("after", "")
    if after and not _is_place(after, filters):
        raise Http404
    return after


def _is_place(after: str, filters: Filters) -> bool:
    """Whether `after` has the form value|customer number for the order that is asked for."""
    value, bar, customer_id = after.partition("|")
    if value == UNKNOWN and ORDERS[filters.sort].has_unknown:
        return bool(customer_id)
    try:
        FIELDS[ORDERS[filters.sort].column].to_python(value)
    except ValidationError:
        return False
    return bool(bar and value and customer_id)


class Echo:
    """A file that hands each written line back, so that a CSV can be streamed."""

    def write(self, line: str) -> str:
        """Hand the line back."""
        return line


@lists_customers
@require_GET
def customer_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The list as CSV with the same filters, written to the ledger as an export."""
    user, today = user_of(request), today_of(request)
    filters = Filters.read(request.GET)
    standings = chosen(user, filters, today, country_of(request))
    record(
        by=user,
        verb="list.exported",
        object_kind="list",
        object_id="customers",
        detail={"filters": filters.query, "rows": standings.count()},
    )
    response = StreamingHttpResponse(_lines(standings, filters), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="customers-{today.isoformat()}.csv"'
    return response


def _lines(standings: QuerySet[Standing], filters: Filters) -> Iterator[str]:
    """The CSV's lines, with the mark by which spreadsheets know UTF-8 first."""
    writer = csv.writer(Echo())
    yield "\ufeff"
    yield writer.writerow(_titles())
    for chunk in _chunks(queries.everybody(standings, filters).defer("decisions")):
        for row in queries.with_names(chunk):
            yield writer.writerow(_cells(row))


def _titles() -> list[str]:
    """The CSV's first line, in the user's language."""
    texts = [_("Number"), _("Name"), _("Tier"), _("Life stage"), _("Warning")]
    amounts = [_("Assets"), _("Change in 30 days"), _("Contribution in 12 months")]
    dates = [_("Last contact"), _("Contact due"), _("Next maturity")]
    return [*texts, *amounts, *dates, _("Banker"), _("Left or deceased"), _("Since")]


def _chunks(standings: QuerySet[Standing]) -> Iterator[list[Standing]]:
    """The standings a few thousand at a time, so that memory does not grow with the list."""
    chunk: list[Standing] = []
    for standing in standings.iterator(chunk_size=CSV_CHUNK):
        chunk.append(standing)
        if len(chunk) == CSV_CHUNK:
            yield chunk
            chunk = []
    yield chunk


def _cells(row: queries.Row) -> Iterable[object]:
    """A line of the CSV; a text that a spreadsheet would run as a formula gets an apostrophe before it."""
    standing = row.standing
    texts = (
        standing.customer_id,
        row.customer.name,
        "" if standing.ended else standing.get_tier_display(),
        standing.get_stage_display(),
        "" if standing.ended else standing.get_warning_display(),
        *(
            _("unknown") if amount is None else amount
            for amount in (standing.assets_now, standing.assets_change_30d, standing.contribution_12m)
        ),
        standing.contact_shown_on or "",
        standing.contact_due_on or "",
        standing.maturity_next_on or "",
        row.banker,
        standing.get_ended_display(),
        standing.ended_on or "",
    )
    return [f"'{text}" if isinstance(text, str) and text.startswith(FORMULA) else text for text in texts]


@lists_customers
@require_POST
def view_save(request: HttpRequest) -> HttpResponse:
    """Keep the list's filters under a name."""
    user = user_of(request)
    query = Filters.read(QueryDict(request.POST.get("query", ""))).query
    try:
        save_view(name=request.POST.get("name", ""), query=query, by=user)
    except RefusedError as refused:
        messages.error(request, str(refused))
    return redirect(f"{reverse('customers')}?{query}")


@lists_customers
@require_POST
def view_remove(request: HttpRequest, view_id: int) -> HttpResponse:
    """Forget a view."""
    user = user_of(request)
    try:
        remove_view(view_id=view_id, by=user)
    except SavedView.DoesNotExist as missing:
        raise Http404 from missing
    return redirect("customers")
