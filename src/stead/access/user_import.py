"""What a list of users would change: whom it adds, changes, disables and lets in again."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from stead.access.models import User
from stead.access.registry import numbers
from stead.access.user_list import Fault, ListedUser

ROLE_FIELDS = ("role", "banker_id", "branch_id")
DETAIL_FIELDS = ("full_name", "language", "email")


@dataclass(frozen=True)
class Change:
    """What is to change of a user who is there: column to the value before and the one after."""

    user: User
    fields: dict[str, tuple[str, str]]
    active: bool | None = None  # None: stays as it is


@dataclass(frozen=True)
class Plan:
    """All that an import would do; nothing when all is as the file says."""

    added: list[ListedUser] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.added and not self.changed


def plan(by: User, listed: Sequence[ListedUser], *, disable_others: bool) -> tuple[Plan, list[Fault]]:
    """Compare a list with the users that are there; returns what to do, and what cannot be done.

    by: the administrator who imports, whose own role and state stay as they are.
    disable_others: users who are not in the list are disabled, but for `by`.
    """
    users = {user.username.casefold(): user for user in User.objects.all()}
    found, faults = Plan(), []
    for one in listed:
        faults += _unknown_numbers(one)
        user = users.pop(one.username.casefold(), None)
        if user is None:
            if one.active is not False:
                found.added.append(one)
            continue
        change = _change(user, one)
        if user.pk == by.pk and (change.active is False or set(change.fields) & set(ROLE_FIELDS)):
            told = "nobody changes their own role or disables themselves; ask another administrator."
            faults.append(Fault(one.row, "role", told))
        elif change.fields or change.active is not None:
            found.changed.append(change)
    if disable_others:
        gone = [user for user in users.values() if user.is_active and user.pk != by.pk]
        found.changed.extend(
            Change(user, {}, active=False) for user in sorted(gone, key=lambda each: each.username)
        )
    return found, sorted(faults, key=lambda fault: fault.row)


def _unknown_numbers(one: ListedUser) -> list[Fault]:
    """Numbers that the bank's files of the last night do not have."""
    told = "is not in the bank's files of the last night; check the number, and its zeros at the beginning."
    faults = []
    if one.banker_id and not numbers.get()(banker_id=one.banker_id):
        faults.append(Fault(one.row, "banker_id", f"{one.banker_id} {told}"))
    if one.branch_id and not numbers.get()(branch_id=one.branch_id):
        faults.append(Fault(one.row, "branch_id", f"{one.branch_id} {told}"))
    return faults


def _change(user: User, one: ListedUser) -> Change:
    """What is different between a user and the list."""
    wanted = {name: getattr(one, name) for name in (*ROLE_FIELDS, *DETAIL_FIELDS)}
    fields = {
        name: (str(getattr(user, name)), str(value))
        for name, value in wanted.items()
        if value is not None and str(getattr(user, name)) != str(value)
    }
    active = one.active if one.active is not None and one.active != user.is_active else None
    return Change(user, fields, active)


def role_of(change: Change) -> dict[str, str]:
    """Role and numbers of a user after a change."""
    now = {name: str(getattr(change.user, name)) for name in ROLE_FIELDS}
    return now | {name: after for name, (_, after) in change.fields.items() if name in ROLE_FIELDS}
