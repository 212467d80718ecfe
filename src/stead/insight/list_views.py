"""The list of customers: filters, saved views, CSV."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from stead.access.guards import for_roles, user_of
from stead.access.models import Role, User
from stead.audit.actions import record
from stead.customers.models import Ended
from stead.customers.search import found_by
from stead.extracts.shown_night import OvertakenError, country_of, night_of, overtaken, read_in_one_night
from stead.insight import queries
from stead.insight.filters import NOBODY, ORDERS, UNKNOWN, Filters, declared_filters
from stead.insight.list_file import ListFile, spool
from stead.segmentation.actions import RefusedError, remove_view, save_view
from stead.segmentation.models import SavedView, Stage, Standing, Tier
from stead.segmentation.queries import visible_to

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
        "more_filters": [
            (one.name, one.label, dict(filters.more).get(one.name, ""), one.choices())
            for one in declared_filters()
        ],
        "more_columns": queries.declared_columns(),
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


@lists_customers
@require_GET
def customer_csv(request: HttpRequest) -> HttpResponseBase:
    """The list as CSV with the same filters, written to the ledger as an export."""
    user = user_of(request)
    filters = Filters.read(request.GET)

    def read() -> tuple[ListFile, date]:
        today = today_of(request)
        return spool(chosen(user, filters, today, country_of(request)), filters), today

    try:
        found, today = read_in_one_night(request, read, lambda late: late[0].close())
    except OvertakenError:
        return overtaken()
    record(
        by=user,
        verb="list.exported",
        object_kind="list",
        object_id="customers",
        detail={"filters": filters.query, "rows": found.rows},
    )
    response = StreamingHttpResponse(found, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="customers-{today.isoformat()}.csv"'
    return response


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
