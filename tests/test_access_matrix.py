"""Who gets what from every address: the whole table, and a failure when an address is not in it."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from stead.access.models import Role, User
from stead.handbook import actions
from stead.handbook.models import Draft
from stead.segmentation.models import SavedView
from stead.simulation.models import Simulation
from tests import factories

# One column a role: banker of the customer, banker of others, branch head, head of another branch,
# policy officer, auditor, administrator, visitor. Statuses: 200 seen, 302 sent on, 404 not there, 405 not so.
COLUMNS = ("banker", "other_banker", "head", "other_head", "policy", "auditor", "administrator", "visitor")
EVERYBODY = "200 200 200 200 200 200 200 302"
CUSTOMER = "200 404 200 404 404 200 404 302"
WORK = "302 404 302 404 404 404 404 302"
ADMINISTRATOR = "404 404 404 404 404 404 200 302"
DRAFTS = "404 404 404 404 200 200 404 302"
SENT_ON = "404 404 404 404 302 302 404 302"
OFFICER = "404 404 404 404 302 404 404 302"
RUNS = "404 404 404 404 404 200 200 302"
KEY = "C1/owed_contact/2026-11"
REASSIGN = {"customer": "C1", "banker": "B1", "reason": "on leave"}
CONTACT = {"channel": "call", "outcome": "reached", "message_class": "service", "note": ""}
# name: (method and address, statuses, data of the form)
MATRIX: dict[str, tuple[str, str, dict[str, str]]] = {
    "home": ("GET /", "302 302 302 302 302 302 302 302", {}),
    "login": ("GET /login/", "302 302 302 302 302 302 302 200", {}),
    "logout": ("POST /logout/", "302 302 302 302 302 302 302 302", {}),
    "language": ("POST /language/", "302 302 302 302 302 302 302 302", {"language": "en"}),
    "password": ("GET /password/", EVERYBODY, {}),
    "users": ("GET /users/", ADMINISTRATOR, {}),
    "user_new": ("GET /users/new/", ADMINISTRATOR, {}),
    "user": ("GET /users/{user}/", ADMINISTRATOR, {}),
    "day": ("GET /day/", "200 200 404 404 404 404 404 302", {}),
    "day_pane": (f"GET /day/{KEY}/pane/", "200 404 200 404 404 404 404 302", {}),
    "day_log": (f"POST /day/{KEY}/log/", WORK, {"channel": "call", "outcome": "reached"}),
    "day_postpone": (f"POST /day/{KEY}/postpone/", WORK, {"until": "2026-11-25"}),
    "customers": ("GET /customers/", "200 200 200 200 404 200 404 302", {}),
    "customers_csv": ("GET /customers.csv", "200 200 200 200 404 200 404 302", {}),
    "customers_view_save": ("POST /views/", "302 302 302 302 404 302 404 302", {"name": "x"}),
    "customers_view_remove": ("POST /views/{view}/remove/", "302 404 404 404 404 404 404 302", {}),
    "branch": ("GET /branch/", "404 404 200 200 404 404 404 302", {}),
    "branch_reassign": (
        "POST /branch/reassign/",
        "404 404 302 404 404 404 404 302",
        REASSIGN,
    ),
    "audit": ("GET /audit/", "404 404 404 404 404 200 404 302", {}),
    "audit_verify": ("POST /audit/verify/", "404 404 404 404 404 200 404 302", {}),
    "overview": ("GET /overview/", "404 404 404 404 200 200 200 302", {}),
    "runs": ("GET /runs/", RUNS, {}),
    "run": (f"GET /runs/{factories.RUN_ID}/", RUNS, {}),
    "run_rejects": (f"GET /runs/{factories.RUN_ID}/rejects/", RUNS, {}),
    "run_rejects_workbook": (f"GET /runs/{factories.RUN_ID}/rejects.xlsx", RUNS, {}),
    "run_manifest": (f"GET /runs/{factories.RUN_ID}/manifest.json", RUNS, {}),
    "contract": ("GET /contract/", "404 404 404 404 200 200 200 302", {}),
    "versions": ("GET /handbook/versions/", DRAFTS, {}),
    "version": ("GET /handbook/versions/{version}/", SENT_ON, {}),
    "version_zip": ("GET /handbook/versions/{version}.zip", DRAFTS, {}),
    "compare_chosen": ("GET /handbook/compare/?old={version}&new={version}", SENT_ON, {}),
    "differences": ("GET /handbook/compare/{version}/draft-{draft}/", DRAFTS, {}),
    "drafts_new": ("POST /handbook/drafts/new/", OFFICER, {"name": "2027.8"}),
    "draft_import": ("POST /handbook/drafts/import/", OFFICER, {"name": "2027.9", "comment": "x"}),
    "draft": ("GET /handbook/drafts/{draft}/", DRAFTS, {}),
    "draft_zip": ("GET /handbook/drafts/{draft}/handbook.zip", DRAFTS, {}),
    "draft_table": (
        "GET /handbook/drafts/{draft}/edit/params.csv",
        "404 404 404 404 200 404 404 302",
        {},
    ),
    "draft_save": (
        "POST /handbook/drafts/{draft}/save/params.csv",
        "404 404 404 404 200 404 404 302",
        {"text": "name\n", "revision": "1"},
    ),
    "draft_check": (
        "POST /handbook/drafts/{draft}/check/params.csv",
        "404 404 404 404 200 404 404 302",
        {"text": "name\n"},
    ),
    "draft_upload": ("POST /handbook/drafts/{draft}/upload/", OFFICER, {}),
    "draft_file_remove": ("POST /handbook/drafts/{draft}/remove/params.csv", OFFICER, {}),
    "draft_merge": ("GET /handbook/drafts/{draft}/merge/", OFFICER, {}),
    "draft_submit": (
        "POST /handbook/drafts/{draft}/submit/",
        "404 404 404 404 422 404 404 302",
        {"comment": "x", "effective_from": ""},
    ),
    "draft_approve": (
        "POST /handbook/drafts/{draft}/approve/",
        "404 404 404 404 422 404 404 302",
        {"comment": "fine"},
    ),
    "draft_return": (
        "POST /handbook/drafts/{draft}/return/",
        "404 404 404 404 422 404 404 302",
        {"comment": "fine"},
    ),
    "draft_withdraw": ("POST /handbook/drafts/{draft}/withdraw/", OFFICER, {"comment": "not needed"}),
    "simulations": ("GET /simulations/", DRAFTS, {}),
    "simulation_new": ("GET /simulations/new/", "404 404 404 404 200 404 404 302", {}),
    "simulation_panel": ("GET /simulations/panel/?version=x&draft=1", DRAFTS, {}),
    "simulation": ("GET /simulations/{simulation}/", DRAFTS, {}),
    "simulation_progress": ("GET /simulations/{simulation}/progress/", DRAFTS, {}),
    "simulation_cancel": ("POST /simulations/{simulation}/cancel/", OFFICER, {}),
    "simulation_customers": ("GET /simulations/{simulation}/customers/?measure=tiers", DRAFTS, {}),
    "clauses": ("GET /handbook/", EVERYBODY, {}),
    "clause": ("GET /handbook/2.3/", EVERYBODY, {}),
    "handbook_find": ("GET /handbook/find/?q=contact", EVERYBODY, {}),
    "process": ("GET /handbook/2.3/call.bpmn/", EVERYBODY, {}),
    "coverage": ("GET /handbook/coverage/", "404 404 200 200 200 200 200 302", {}),
    "clause_actions": ("GET /actions/?clause=2.3", "200 200 200 200 200 200 404 302", {}),
    "search": ("GET /search/?q=xyz", "200 200 200 200 404 200 404 302", {}),
    "customer": ("GET /customers/C1/", CUSTOMER, {}),
    "customer_timeline": ("GET /customers/C1/timeline/", CUSTOMER, {}),
    "customer_assets": ("GET /customers/C1/assets/", CUSTOMER, {}),
    "customer_family": ("GET /customers/C1/family/", CUSTOMER, {}),
    "customer_decisions": ("GET /customers/C1/decisions/", CUSTOMER, {}),
    "customer_contact": ("POST /customers/C1/contact/", WORK, CONTACT),
    "customer_reveal": ("POST /customers/C1/reveal/", CUSTOMER, {}),
    "why": ("GET /why/C1/warning/", CUSTOMER, {}),
    "day_decline": (f"POST /day/{KEY}/decline/", WORK, {"reason": "moved away"}),
}


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    """The names of every address; an address without a name gives its route."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        else:
            yield pattern.name or str(pattern.pattern)


def test_every_address_is_in_the_matrix() -> None:
    assert sorted(set(names(get_resolver().url_patterns)) ^ set(MATRIX)) == []


@pytest.fixture
def clients() -> dict[str, Client]:
    """A client for each column, and one customer of banker B1 in branch N1 with an action."""
    factories.night()
    factories.customer("C1")
    factories.banker("B2")
    factories.action("C1")
    users = {
        "banker": factories.user(Role.BANKER, "banker"),
        "other_banker": factories.user(Role.BANKER, "other_banker", banker_id="B2"),
        "head": factories.user(Role.BRANCH_HEAD, "head"),
        "other_head": factories.user(Role.BRANCH_HEAD, "other_head", branch_id="N2"),
        "policy": factories.user(Role.POLICY_OFFICER, "policy"),
        "auditor": factories.user(Role.AUDITOR, "auditor"),
        "administrator": factories.user(Role.ADMINISTRATOR, "administrator"),
    }
    made = {column: Client() for column in COLUMNS}
    for column, user in users.items():
        made[column].force_login(user)
    params = "name,value,unit,effective_from,effective_to,source\n"
    actions.found(by="night", files={"params.csv": params, "2.3/call.bpmn": factories.PROCESS})
    actions.start_draft(by=users["policy"], name="2027.1")
    SavedView.objects.create(owner="banker", name="mine", query="tier=1")
    factories.simulation()
    return made


@pytest.mark.database
@pytest.mark.django_db
@pytest.mark.parametrize("name", MATRIX)
def test_each_role_gets_what_the_matrix_says(name: str, clients: dict[str, Client]) -> None:
    line, statuses, data = MATRIX[name]
    method, address = line.split(" ", 1)
    draft = Draft.objects.get(name="2027.1")
    numbers = {
        "user": User.objects.get(username="auditor").pk, "view": SavedView.objects.get().pk,
        "draft": draft.pk, "version": draft.base_id, "simulation": Simulation.objects.get().pk,
    }  # fmt: skip
    got = []
    for column in COLUMNS:
        client = clients[column]
        target = address.format(**numbers)
        answer = client.post(target, data) if method == "POST" else client.get(target)
        got.append(str(answer.status_code))
    assert dict(zip(COLUMNS, got, strict=True)) == dict(zip(COLUMNS, statuses.split(), strict=True))
