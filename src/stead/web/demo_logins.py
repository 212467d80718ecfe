"""The demo bank's logins: the passwords stay readable, in a file of the owner's alone."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Q

from stead.access.actions import add_first_administrator, add_user, choose_password, reset_password
from stead.access.models import Role, User
from stead.customers.models import Banker
from stead.engagement.models import Action

ADMINISTRATOR = "admin"
# Two policy officers: nobody may approve a change of the handbook that is their own.
ROLES = {
    "banker": Role.BANKER,
    "head": Role.BRANCH_HEAD,
    "policy": Role.POLICY_OFFICER,
    "policy2": Role.POLICY_OFFICER,
    "auditor": Role.AUDITOR,
    ADMINISTRATOR: Role.ADMINISTRATOR,
}


@dataclass(frozen=True)
class Login:
    """A user of the demo with the password in clear: it opens nothing but invented customers."""

    role: str
    username: str
    password: str
    full_name: str


def logins_path() -> Path:
    """The file that keeps the logins between starts."""
    return Path(settings.DATA) / "demo-logins.json"


def ensure_logins() -> list[Login]:
    """The demo's logins: those kept from the last start, or new ones.

    Passwords are random at the first start. When the file is gone they are given anew, as they are kept
    nowhere else. Nobody chose a language yet, so that each reads in the browser's.
    """
    path = logins_path()
    known = set(User.objects.filter(username__in=ROLES).values_list("username", flat=True))
    if path.exists() and known == set(ROLES):
        return [Login(**each) for each in json.loads(path.read_text("utf-8"))]
    logins = _make()
    # It gets its name when it is whole: a start that is stopped here leaves nothing that cannot be read.
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump([asdict(login) for login in logins], file, ensure_ascii=False, indent=1)
    fresh.replace(path)
    return logins


@transaction.atomic
def _make() -> list[Login]:
    """Users of all roles, each with a password that need not be changed at the first log-in."""
    banker = busiest_banker()
    administrator = User.objects.filter(username=ADMINISTRATOR).first()
    first = ""
    if administrator is None:
        administrator, first = add_first_administrator(by=None, username=ADMINISTRATOR, full_name="Admin")
    logins = []
    for username, role in ROLES.items():
        user = User.objects.filter(username=username).first()
        if role == Role.ADMINISTRATOR and first:
            password = first
        elif user is not None:
            password = reset_password(by=administrator, user=user)
        else:
            name = banker.name if role == Role.BANKER else role.label
            if username == "policy2":
                name = f"{name} 2"
            _user, password = add_user(
                by=administrator,
                username=username,
                full_name=str(name),
                role=role,
                banker_id=banker.banker_id if role == Role.BANKER else "",
                branch_id=banker.branch_id if role in {Role.BANKER, Role.BRANCH_HEAD} else "",
            )
        made = User.objects.get(username=username)
        choose_password(by=made, password=password)
        logins.append(Login(role.value, username, password, made.full_name))
    return logins


def busiest_banker() -> Banker:
    """The banker whose day shows most: the most urgent warning, then kinds of actions, then how many.

    Raises LookupError when no night has been published.
    """
    today = Q(status="today")
    days = (
        Action.objects.filter(today)
        .values("banker_id")
        .annotate(
            kinds=Count("kind", distinct=True),
            red=Count("kind", distinct=True, filter=Q(kind="warning_red")),
            many=Count("key"),
            top=Max("priority"),
        )
        .order_by("-red", "-kinds", "-many", "banker_id")
    )
    for row in days:
        banker = Banker.objects.filter(banker_id=row["banker_id"]).first()
        if banker:
            return banker
    banker = Banker.objects.order_by("banker_id").first()
    if banker is None:
        raise LookupError("No night has been published, so there are no bankers.")
    return banker
