"""Who may see what: the one place that knows roles. Every app's `visible_to` is built on `scope`."""

from typing import TypeGuard

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from stead.access.models import Role, User
from stead.core.prepared import place

# Roles that look at single customers at all; the others see totals, clauses or runs.
CUSTOMER_ROLES = frozenset({Role.BANKER, Role.BRANCH_HEAD, Role.AUDITOR})
# Roles that may write about a customer; an auditor only reads.
WORKING_ROLES = frozenset({Role.BANKER, Role.BRANCH_HEAD})
NOTHING = Q(pk__in=[])

AnyUser = User | AnonymousUser


def is_known(user: AnyUser) -> TypeGuard[User]:
    """Whether this is a user who may be here now: logged in and not disabled."""
    return isinstance(user, User) and user.is_active


def has_role(user: AnyUser, *roles: Role) -> TypeGuard[User]:
    """Whether the user is here now and has one of the roles."""
    return is_known(user) and user.role in roles


def sees_customers(user: AnyUser) -> TypeGuard[User]:
    """Whether the user's role looks at single customers."""
    return has_role(user, *CUSTOMER_ROLES)


def works_with_customers(user: AnyUser) -> TypeGuard[User]:
    """Whether the user's role logs contacts and decides on actions."""
    return has_role(user, *WORKING_ROLES)


def branch(user: AnyUser) -> str:
    """The branch whose customers a branch head answers for; empty for every other role."""
    return user.branch_id if has_role(user, Role.BRANCH_HEAD) else ""


def scope(user: AnyUser) -> Q:
    """Which rows of a table with `banker_id` and `branch_id` the user may see.

    A banker: the own portfolio. A branch head: the branch. An auditor: all. Anybody else: none.
    """
    if not sees_customers(user):
        return NOTHING
    if user.role == Role.BANKER:
        return Q(banker_id=user.banker_id)
    if user.role == Role.BRANCH_HEAD:
        return Q(branch_id=user.branch_id)
    return Q()


def stand_in(user: User) -> tuple[User, dict[str, str]]:
    """A user of the same role for a prepared statement, and this user's values for its places."""
    other = User(role=user.role, is_active=True, banker_id=place("banker"), branch_id=place("branch"))
    return other, {place("banker"): user.banker_id, place("branch"): user.branch_id}


def visible_to(user: AnyUser) -> QuerySet[User]:
    """The users whom this user may look after: all, for an administrator; none for anybody else."""
    users = User.objects.order_by("-is_active", "role", "username")
    return users if has_role(user, Role.ADMINISTRATOR) else users.none()
