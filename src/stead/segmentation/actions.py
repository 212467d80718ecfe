"""What users change about portfolios and lists: giving a customer to another banker, keeping a view."""

from collections.abc import Sequence

import psycopg
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from psycopg import sql

from stead.access.models import User
from stead.audit.actions import record, record_by_cursor
from stead.customers.models import Banker, Customer
from stead.segmentation.models import Assignment, SavedView, Standing, TierMove
from stead.segmentation.queries import visible_to

REASSIGNED_AT_ONCE_MAX = 500
VIEWS_MAX = 30
# The published tables that follow a customer to another banker at once; actions follow in the next night.
HANDED_OVER = (Standing, Customer, TierMove)


class RefusedError(Exception):
    """What was asked for cannot be done; the text says why and what would be right."""


@transaction.atomic
def reassign(*, customer_ids: Sequence[str], to: Banker, reason: str, by: User) -> int:
    """Give customers to another banker of the same branch, from now on and in every later night.

    Returns how many changed hands. Raises RefusedError, with nothing changed, when one of them is not visible
    to the user or the banker belongs to another branch.
    """
    wanted = sorted(set(customer_ids))
    if not 0 < len(wanted) <= REASSIGNED_AT_ONCE_MAX:
        raise RefusedError(
            gettext("Choose between 1 and %(most)s customers; %(n)s were chosen.")
            % {"most": REASSIGNED_AT_ONCE_MAX, "n": len(wanted)}
        )
    if not reason.strip():
        raise RefusedError(gettext("Say why: the reason is kept in the ledger."))
    rows = list(
        visible_to(by).filter(customer_id__in=wanted).values_list("customer_id", "banker_id", "branch_id")
    )
    if len(rows) != len(wanted) or any(branch != to.branch_id for _, _, branch in rows):
        raise RefusedError(gettext("Each customer must be of your branch, and so must the banker."))
    moved = [(customer, old) for customer, old, _ in rows if old != to.banker_id]
    now = timezone.now()
    Assignment.objects.bulk_create(
        [
            Assignment(
                customer_id=customer,
                banker_id=to.banker_id,
                branch_id=to.branch_id,
                assigned_at=now,
                assigned_by=by.username,
                reason=reason.strip()[:300],
            )
            for customer, _ in moved
        ],
        update_conflicts=True,
        unique_fields=["customer_id"],
        update_fields=["banker_id", "branch_id", "assigned_at", "assigned_by", "reason"],
    )
    # The pages follow at once; the next night reads the assignments and finds the same.
    for model in HANDED_OVER:
        model.objects.filter(customer_id__in=[customer for customer, _ in moved]).update(
            banker_id=to.banker_id
        )
    for customer, old in moved:
        detail = {"from": old, "to": to.banker_id, "reason": reason.strip()}
        record(by=by, verb="customer.reassigned", object_kind="customer", object_id=customer, detail=detail)
    return len(moved)


def follow_assignments(*, by: str, run_id: str, cursor: psycopg.Cursor) -> None:
    """Give customers who were handed over while a night ran to their new banker, in what it publishes.

    cursor: of the transaction that publishes, after the new tables are in place. The night read the
    assignments when it began.
    """
    rows = 0
    for model in HANDED_OVER:
        cursor.execute(
            sql.SQL(
                "UPDATE {} AS t SET banker_id = a.banker_id FROM {} AS a"
                " WHERE a.customer_id = t.customer_id AND a.banker_id <> t.banker_id"
            ).format(sql.Identifier(model._meta.db_table), sql.Identifier(Assignment._meta.db_table))
        )
        rows += cursor.rowcount
    if rows:
        record_by_cursor(
            by=by,
            cursor=cursor,
            verb="night.followed",
            object_kind="run",
            object_id=run_id,
            detail={"rows": rows},
        )


@transaction.atomic
def save_view(*, name: str, query: str, by: User) -> SavedView:
    """Keep a list's filters under a name; the same name replaces them. Raises RefusedError over the limit."""
    name = name.strip()[:60]
    if not name:
        raise RefusedError(gettext("Give the view a name."))
    others = SavedView.objects.filter(owner=by.username).exclude(name=name)
    if others.count() >= VIEWS_MAX:
        raise RefusedError(
            gettext("There are %(most)s views already; remove one first.") % {"most": VIEWS_MAX}
        )
    view, _ = SavedView.objects.update_or_create(
        owner=by.username, name=name, defaults={"query": query[:500]}
    )
    record(
        by=by,
        verb="view.saved",
        object_kind="view",
        object_id=str(view.pk),
        detail={"name": name, "query": query},
    )
    return view


@transaction.atomic
def remove_view(*, view_id: int, by: User) -> None:
    """Forget a view of the user's own; of anybody else's there is none to find (SavedView.DoesNotExist)."""
    view = SavedView.objects.get(pk=view_id, owner=by.username)
    record(by=by, verb="view.removed", object_kind="view", object_id=str(view_id), detail={"name": view.name})
    view.delete()
