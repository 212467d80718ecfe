"""Every write about users: who comes in, what they may do, in which language they read."""

import secrets
from collections.abc import Mapping

from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from stead.access.models import Role, User
from stead.access.registry import recorder
from stead.access.user_import import DETAIL_FIELDS, Plan, role_of

# A one-time password is read out: none of the letters and digits that are mistaken for each other.
READABLE = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
PASSWORD_GROUPS, PASSWORD_GROUP_LENGTH = 4, 5
NAME_LENGTH_MAX = 80  # as much of a name as the ledger holds


def _one_time_password() -> str:
    """Four groups of five, about 115 bits: read out by telephone, typed once."""
    groups = (
        "".join(secrets.choice(READABLE) for _ in range(PASSWORD_GROUP_LENGTH))
        for _ in range(PASSWORD_GROUPS)
    )
    return "-".join(groups)


def _record(by: User, verb: str, user: User, **detail: str) -> None:
    """One row of the ledger about a user."""
    recorder.get()(by=by, verb=verb, object_kind="user", object_id=user.username, detail=detail)


def logged_in(*, by: User, address: str) -> None:
    """Write down that a user came in."""
    _record(by, "user.logged_in", by, address=address)


def logged_out(*, by: User, address: str) -> None:
    """Write down that a user went."""
    _record(by, "user.logged_out", by, address=address)


def login_refused(*, by: str, address: str) -> None:
    """Write down that somebody tried to come in as `by`, a name as it was typed, and could not."""
    # What was typed may be anything; a NUL is what the database cannot keep.
    name = by.replace("\0", "")[:NAME_LENGTH_MAX]
    recorder.get()(
        by="visitor",
        verb="user.login_refused",
        object_kind="user",
        object_id=name,
        detail={"address": address},
    )


@transaction.atomic
def add_user(
    *, by: User, username: str, full_name: str, role: Role, banker_id: str = "", branch_id: str = "",
    language: str = "", email: str = "",
) -> tuple[User, str]:  # fmt: skip
    """Add a user; return the user and the one-time password, which is kept nowhere.

    Raises IntegrityError when the name is taken or when a banker has no number or a branch head no branch.
    """
    password = _one_time_password()
    user = User(
        username=username,
        full_name=full_name,
        role=role,
        banker_id=banker_id,
        branch_id=branch_id,
        language=language,
        email=email,
        password_is_one_time=True,
    )
    user.set_password(password)
    user.save()
    _record(by, "user.added", user, role=role, banker_id=banker_id, branch_id=branch_id)
    return user, password


@transaction.atomic
def add_first_administrator(*, by: None, username: str, full_name: str) -> tuple[User, str]:
    """Add the administrator who adds all others; return the user and the one-time password.

    by: nobody, as nobody is there yet; the ledger names the new administrator. Raises ValueError when there
    is an administrator already, so that this door opens once.
    """
    if by is not None or User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exists():
        raise ValueError("there is an administrator already, who adds users on the page of users")
    password = _one_time_password()
    user = User(username=username, full_name=full_name, role=Role.ADMINISTRATOR, password_is_one_time=True)
    user.set_password(password)
    user.save()
    _record(user, "user.added", user, role=Role.ADMINISTRATOR)
    return user, password


@transaction.atomic
def change_role(*, by: User, user: User, role: Role, banker_id: str = "", branch_id: str = "") -> None:
    """Give a user another role; it holds from the user's next request. Raises ValueError for oneself."""
    if user.pk == by.pk:
        raise ValueError("nobody changes their own role; ask another administrator")
    before = user.role
    user.role, user.banker_id, user.branch_id = role, banker_id, branch_id
    user.save(update_fields=["role", "banker_id", "branch_id"])
    _record(by, "user.role_changed", user, before=before, role=role, banker_id=banker_id, branch_id=branch_id)


@transaction.atomic
def change_details(*, by: User, user: User, details: Mapping[str, str]) -> None:
    """Change a user's name, language or e-mail address, given by column; the ledger names the columns."""
    for name, value in details.items():
        setattr(user, name, value)
    user.save(update_fields=list(details))
    _record(by, "user.changed", user, columns=", ".join(details))


@transaction.atomic
def import_users(*, by: User, plan: Plan) -> list[tuple[User, str]]:
    """Do all that a plan says, or nothing; return the added users with their one-time passwords.

    Raises what the single steps raise. Each step has its own entry in the ledger.
    """
    added = [
        add_user(
            by=by, username=one.username, full_name=one.full_name, role=one.role, banker_id=one.banker_id,
            branch_id=one.branch_id, language=one.language or "", email=one.email or "",
        )
        for one in plan.added
    ]  # fmt: skip
    for change in plan.changed:
        details = {name: after for name, (_, after) in change.fields.items() if name in DETAIL_FIELDS}
        if details:
            change_details(by=by, user=change.user, details=details)
        if set(change.fields) - set(details):
            told = role_of(change)
            numbers = {name: told[name] for name in ("banker_id", "branch_id")}
            change_role(by=by, user=change.user, role=Role(told["role"]), **numbers)
        if change.active is not None:
            set_active(by=by, user=change.user, active=change.active)
    return added


@transaction.atomic
def set_active(*, by: User, user: User, active: bool) -> None:
    """Disable a user, whose sessions end with the next request, or let the user in again.

    Raises ValueError for oneself, so that an administrator cannot lock the door from outside.
    """
    if user.pk == by.pk:
        raise ValueError("nobody disables themselves; ask another administrator")
    user.is_active = active
    user.save(update_fields=["is_active"])
    _record(by, "user.enabled" if active else "user.disabled", user)


@transaction.atomic
def reset_password(*, by: User, user: User) -> str:
    """Give a user a new one-time password and return it; the old one and its sessions end."""
    password = _one_time_password()
    user.set_password(password)
    user.password_is_one_time = True
    user.save(update_fields=["password", "password_is_one_time"])
    _record(by, "user.password_reset", user)
    return password


@transaction.atomic
def choose_password(*, by: User, password: str) -> None:
    """The user's own password in place of the one-time password. The form has checked its strength."""
    by.set_password(password)
    by.password_is_one_time = False
    by.save(update_fields=["password", "password_is_one_time"])
    _record(by, "user.password_chosen", by)


def choose_language(*, by: User | AnonymousUser, language: str) -> None:
    """Keep the language in which a user reads; a visitor's stays in the cookie alone."""
    if isinstance(by, User) and by.language != language:
        by.language = language
        by.save(update_fields=["language"])
