"""Pages of what the bank numbers and names itself, with signs that mean something in an address."""

from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.html import escape

from stead.access.models import Role
from stead.audit.models import Entry
from stead.customers.models import Banker
from stead.handbook import actions
from stead.handbook.models import Version
from stead.insight.filters import NOBODY
from stead.segmentation.models import Assignment
from tests import factories

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NUMBERS = [
    "A/12",
    "A/timeline",
    "a?b",
    "a#b",
    "50%",
    "50%2F",
    "a b",
    "客户7",
    "..",
    ".",
    "~2F",
    "a~b",
    "A//B",
    "a&b=c",
    "x|y",
    "views",
    "-",
    "a+b;c",
    "a/log",
    "'\"<b>",
]
PAGES = ("customer", "customer_timeline", "customer_assets", "customer_family", "customer_decisions")
# What a part of an address that is no whole number is made of: by the bank, or by Stead itself (hashes, run
# numbers), where no sign can be odd. A new address has to say which.
BANKS = {
    *PAGES, "customer_contact", "customer_reveal", "why", "day_pane", "day_log", "day_postpone",
    "day_decline", "process", "draft_table", "draft_save", "draft_check", "draft_file_remove",
}  # fmt: skip
OUR_OWN = {
    "run", "run_rejects", "run_rejects_workbook", "run_manifest", "version", "version_zip", "differences",
    "clause",
}  # fmt: skip


def with_texts(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    """The names of the addresses that take more than whole numbers."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from with_texts(pattern.url_patterns)
        elif any(type(one).__name__ != "IntConverter" for one in pattern.pattern.converters.values()):
            yield str(pattern.name)


def test_it_is_known_of_every_address_whose_words_it_takes() -> None:
    assert set(with_texts(get_resolver().url_patterns)) == BANKS | OUR_OWN


def plain(address: str) -> str:
    """The address, after a look for parts that a browser takes for a folder, a question or a place."""
    assert not set(address.split("/")) & {".", ".."}
    assert not set(address) & set('?# "<')
    assert "//" not in address
    return address


@pytest.mark.parametrize("number", NUMBERS)
def test_every_page_of_a_customer_opens_and_is_linked(client: Client, number: str) -> None:
    factories.night()
    factories.customer(number, "周慧敏")
    client.force_login(factories.user())
    for name in PAGES:
        address = plain(reverse(name, args=[number]))
        assert client.get(address).status_code == 200, address
    assert client.get(plain(reverse("why", args=[number, "tier"]))).status_code == 200
    assert client.post(plain(reverse("customer_reveal", args=[number]))).status_code == 200
    assert escape(reverse("customer", args=[number])) in client.get("/customers/").content.decode()
    assert "周慧敏" in b"".join(client.get("/customers.csv")).decode()
    found = client.get("/search/", {"q": "周慧敏"})
    assert found["Location"] == reverse("customer", args=[number])
    contact = {"channel": "call", "outcome": "reached", "message_class": "service", "note": ""}
    logged = client.post(plain(reverse("customer_contact", args=[number])), contact)
    assert logged["Location"] == reverse("customer_timeline", args=[number])


@pytest.mark.parametrize("number", NUMBERS)
def test_every_page_of_an_action_opens_and_is_linked(client: Client, number: str) -> None:
    factories.night()
    factories.customer(number, "周慧敏")
    keys = [factories.action(number, anchor=f"2026-0{month}").key for month in (1, 2, 3)]
    client.force_login(factories.user())
    for key in keys:
        address = plain(reverse("day_pane", args=[key]))
        assert "周慧敏" in client.get(address).content.decode()
    assert escape(reverse("day_pane", args=[keys[0]])) in client.get("/day/").content.decode()
    writes = {
        "day_log": {"channel": "call", "outcome": "reached"},
        "day_postpone": {"until": "2026-11-25"},
        "day_decline": {"reason": "moved away"},
    }
    for key, (name, data) in zip(keys, writes.items(), strict=True):
        assert client.post(plain(reverse(name, args=[key])), data).status_code == 302
    verbs = Entry.objects.exclude(verb="customer.opened").values_list("verb", flat=True)
    assert len(verbs) == 3


@pytest.mark.parametrize("ending", ["timeline", "assets", "family", "decisions", "contact", "reveal"])
def test_a_number_that_ends_like_a_page_opens_as_it_is_typed(client: Client, ending: str) -> None:
    factories.night()
    factories.customer(f"a/{ending}", "周慧敏")
    client.force_login(factories.user())
    assert "周慧敏" in client.get(f"/customers/a/{ending}/").content.decode()
    assert client.get(f"/customers/b/{ending}/").status_code in {404, 405}
    other = Client()
    other.force_login(factories.user(Role.BANKER, "other", banker_id="B2"))
    assert other.get(f"/customers/a/{ending}/").status_code in {404, 405}


@pytest.mark.parametrize("number", NUMBERS)
def test_a_bankers_list_is_linked_and_customers_go_to_the_banker(client: Client, number: str) -> None:
    factories.night()
    factories.banker(number)
    factories.customer("C1", "周慧敏", banker_id=number)
    factories.customer("C2", "陈国栋")
    client.force_login(factories.user(Role.BRANCH_HEAD))
    shown = client.get("/customers/", {"banker": number}).content.decode()
    assert ("周慧敏" in shown, "陈国栋" in shown) == (True, False)
    branch = client.get("/branch/").content.decode()
    linked = [unquote(part.partition('"')[0]) for part in branch.split("/customers/?banker=")[1:]]
    assert number in linked
    moved = {"customer": "C2", "banker": number, "reason": "on leave", "back": f"/customers/?banker={number}"}
    assert client.post("/branch/reassign/", moved).status_code == 302
    assert Assignment.objects.get().banker_id == number


def test_who_is_without_banker_is_told_from_whose_banker_is_called_so(client: Client) -> None:
    factories.night()
    assert Banker.objects.count() == 1
    factories.customer("C1", "周慧敏", banker_id="gone")
    client.force_login(factories.user(Role.BRANCH_HEAD))
    link = client.get("/branch/").content.decode().split('href="/customers/?banker=')[1].partition('"')[0]
    assert unquote(link) == NOBODY
    assert "周慧敏" in client.get(f"/customers/?banker={link}").content.decode()


@pytest.mark.parametrize("name", ["o'neil", "zhou@bank", "a+b", "a&b", "周慧敏", "a.b-c_d"])
def test_the_ledger_of_a_user_is_linked(client: Client, name: str) -> None:
    factories.night()
    factories.customer("C1")
    user = factories.user(Role.BANKER, name)
    client.force_login(user)
    client.get("/customers/C1/")
    client.force_login(factories.user(Role.AUDITOR))
    shown = client.get("/audit/").content.decode()
    link = next(part.partition('"')[0] for part in shown.split('href="?actor=')[1:])
    assert unquote(link) == name
    assert client.get("/audit/", {"actor": name}).context["lines"][0]["entry"].actor == name
    found = client.get("/audit/", {"object": "C1"}).context["lines"]
    assert [one["entry"].actor for one in found] == [name]


FILES = ["a b.csv", "a?b#c.csv", "50%2F.csv", "客户.csv", "a&b=c.csv", "~2F.csv", "a+b;c.csv", "a'b.csv"]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("folder", ["2.3/", "2.3/sub/", "notes/", ""])
def test_every_page_of_a_file_of_a_draft_opens_and_is_linked(client: Client, file: str, folder: str) -> None:
    factories.night()
    params = "name,value,unit,effective_from,effective_to,source\n"
    path, rows = f"{folder}{file}", "name,value\na,1\n"
    actions.found(by="night", files={"params.csv": params, "2.3/text.md": "# A / 甲\n", path: rows})
    officer = factories.user(Role.POLICY_OFFICER)
    draft = actions.start_draft(by=officer, name="周/1 ?#%")
    client.force_login(officer)
    page = client.get(reverse("draft", args=[draft.pk])).content.decode()
    for name in ("draft_table", "draft_file_remove"):
        assert escape(plain(reverse(name, args=[draft.pk, path]))) in page
    assert client.get(reverse("draft_table", args=[draft.pk, path])).status_code == 200
    text = {"text": "name,value\na,2\n", "revision": str(draft.revision)}
    assert client.post(reverse("draft_check", args=[draft.pk, path]), text).status_code == 200
    assert client.post(reverse("draft_save", args=[draft.pk, path]), text).status_code == 200
    draft.refresh_from_db()
    assert draft.files[path] == text["text"]
    zipped = client.get(reverse("draft_zip", args=[draft.pk]))["Content-Disposition"]
    assert zipped == "attachment; filename*=utf-8''handbook-%E5%91%A8-1----.zip"
    gone = client.post(reverse("draft_file_remove", args=[draft.pk, path]), {"revision": "2"})
    assert gone.status_code == 302
    draft.refresh_from_db()
    assert path not in draft.files


def night_by(files: dict[str, str]) -> None:
    """A night by a handbook; its version is its content's, as a process remembers handbooks by that."""
    version = sha256(repr(files).encode()).hexdigest()[:12]
    Version.objects.create(version=version, files=files, first_used_on=factories.WORK_DATE)
    factories.night(handbook_version=version)


@pytest.mark.parametrize(
    "name", ["call", "a call", "a?b#c", "50%2F", "通话", "sub/call", "a&b", "~2F", "a'b"]
)
def test_a_process_of_any_name_is_linked_and_drawn(client: Client, name: str) -> None:
    files = {
        "2.3/text.md": f"# A / 甲\n\n{{{{process:2.3/{name}}}}}\n",
        f"2.3/{name}.bpmn": factories.PROCESS,
    }
    night_by(files)
    client.force_login(factories.user())
    address = plain(reverse("process", args=["2.3", name]))
    assert client.get(address).status_code == 200
    assert escape(address) in client.get("/handbook/2.3/").content.decode()


@pytest.mark.parametrize("folder", ["notes/", "A.1/", "2.3/sub/", ""])
def test_the_handbook_is_read_with_tables_and_processes_in_folders_that_are_no_clause(
    client: Client, folder: str
) -> None:
    table = (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d" namespace="n">'
        '<inputData id="i" name="tier"><variable name="tier" typeRef="number"/></inputData>'
        '<decision id="x" name="x"><variable name="x"/><informationRequirement id="q">'
        '<requiredInput href="#i"/></informationRequirement><decisionTable id="t" hitPolicy="FIRST">'
        '<input id="a"><inputExpression typeRef="number"><text>tier</text></inputExpression></input>'
        '<output id="b" name="x" typeRef="number"/><rule id="x-1">'
        "<inputEntry><text>&gt; 7</text></inputEntry>"
        "<outputEntry><text>1</text></outputEntry></rule></decisionTable></decision></definitions>"
    )
    told = f"{{{{table:{folder}x}}}} and {{{{process:{folder}call}}}}"
    files = {
        "params.csv": "name,value,unit,effective_from,effective_to,source\n",
        "2.3/text.md": f"# A / 甲\n\nIn a sentence {told}.\n\n{{{{table:{folder}x}}}}\n",
        f"{folder}x.dmn": table,
        f"{folder}call.bpmn": factories.PROCESS,
    }
    night_by(files)
    factories.action("C1", clause=folder.strip("/") or "2.3", table=f"{folder}x.dmn")
    client.force_login(factories.user(Role.AUDITOR))
    pages = (
        "/handbook/",
        "/handbook/?whole=1",
        "/handbook/2.3/",
        "/handbook/coverage/",
        "/handbook/find/?q=x",
    )
    for page in (*pages, "/actions/", f"/actions/?clause={folder.strip('/')}", "/actions/?clause=a/b?"):
        assert client.get(page).status_code == 200, page
