"""Logging in, languages, users' pages."""

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings
from tests import factories

from stead.access import actions
from stead.access.client_address import client_address
from stead.access.models import Role, User

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def administrator(client: Client) -> User:
    made = factories.user(Role.ADMINISTRATOR)
    client.force_login(made)
    return made


def test_the_login_page_opens_for_a_visitor(client: Client) -> None:
    assert client.get("/login/").status_code == 200


def test_any_other_page_sends_a_visitor_to_the_login(client: Client) -> None:
    assert client.get("/users/")["Location"] == "/login/?next=/users/"


def test_part_of_a_page_moves_the_whole_page_to_the_login(client: Client) -> None:
    answer = client.get("/users/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/login/")


def test_name_and_password_open_the_first_page_of_the_role(client: Client) -> None:
    factories.user(Role.ADMINISTRATOR, "chen")
    client.post("/login/", {"username": "chen", "password": factories.PASSWORD})
    assert client.get("/")["Location"] in {"/runs/", "/users/"}


def test_five_wrong_passwords_close_the_door(client: Client) -> None:
    factories.user(Role.ADMINISTRATOR, "chen")
    for _ in range(5):
        answer = client.post("/login/", {"username": "chen", "password": "wrong"})
    assert answer.status_code == 429
    right = client.post("/login/", {"username": "chen", "password": factories.PASSWORD})
    assert right.status_code == 429


def test_a_disabled_user_is_out_with_the_next_request(client: Client) -> None:
    made = factories.user(Role.ADMINISTRATOR)
    client.force_login(made)
    User.objects.filter(pk=made.pk).update(is_active=False)
    assert client.get("/users/")["Location"] == "/login/?next=/users/"
    assert "_auth_user_id" not in client.session


def test_a_changed_role_holds_from_the_next_request(client: Client, administrator: User) -> None:
    assert client.get("/users/").status_code == 200
    User.objects.filter(pk=administrator.pk).update(role=Role.AUDITOR)
    assert client.get("/users/").status_code == 404


def test_users_are_404_for_every_other_role(client: Client) -> None:
    client.force_login(factories.user(Role.BRANCH_HEAD))
    assert client.get("/users/").status_code == 404


def test_an_added_user_comes_in_with_the_one_time_password_and_must_choose_another(
    client: Client, administrator: User
) -> None:
    form = {"username": "lin", "full_name": "Lin", "role": "banker", "banker_id": "B7", "branch_id": "N1"}
    word = client.post("/users/new/", form).context["one_time"]
    visitor = Client()
    visitor.post("/login/", {"username": "lin", "password": word})
    assert visitor.get("/")["Location"] == "/password/"
    new = "ein-langes-passwort"
    visitor.post("/password/", {"new_password1": new, "new_password2": new})
    assert not User.objects.get(username="lin").password_is_one_time
    assert User.objects.get(username="lin").check_password(new)


def test_a_banker_without_a_number_is_refused_with_a_reason(client: Client, administrator: User) -> None:
    answer = client.post("/users/new/", {"username": "lin", "full_name": "Lin", "role": "banker"})
    assert "A banker needs the number" in answer.text
    assert not User.objects.filter(username="lin").exists()


def test_nobody_disables_themselves(client: Client, administrator: User) -> None:
    client.post(f"/users/{administrator.pk}/", {"do": "disable"})
    assert User.objects.get(pk=administrator.pk).is_active


def test_the_language_is_kept_for_the_user(client: Client, administrator: User) -> None:
    client.post("/language/", {"language": "zh-hans", "next": "/users/"})
    assert User.objects.get(pk=administrator.pk).language == "zh-hans"
    assert 'lang="zh-hans"' in client.get("/users/").text


@pytest.mark.parametrize(
    ("chosen", "browser", "shown"),
    [
        ("", "en-US,en;q=0.9", "en"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("", "de-DE,de;q=0.9", "zh-hans"),
        ("en", "zh-CN", "en"),
        ("zh-hans", "en-GB", "zh-hans"),
    ],
)
def test_the_first_page_is_in_the_language_of_the_browser_until_the_user_chooses(
    client: Client, administrator: User, chosen: str, browser: str, shown: str
) -> None:
    User.objects.filter(pk=administrator.pk).update(language=chosen)
    page = client.get("/users/", headers={"accept-language": browser}).text
    assert f'lang="{shown}"' in page


@pytest.mark.parametrize(("browser", "shown"), [("en-US", "en"), ("zh-CN", "zh-hans")])
def test_the_door_speaks_the_language_of_the_browser(client: Client, browser: str, shown: str) -> None:
    client.logout()
    assert f'lang="{shown}"' in client.get("/login/", headers={"accept-language": browser}).text


def test_a_new_user_has_chosen_no_language(administrator: User) -> None:
    added, _password = actions.add_user(by=administrator, username="new", full_name="N", role=Role.AUDITOR)
    assert added.language == ""


def test_the_language_form_leads_to_no_other_site(client: Client) -> None:
    answer = client.post("/language/", {"language": "en", "next": "https://example.org/"})
    assert answer["Location"] == "/"


def test_no_page_has_inline_script_or_style(client: Client, administrator: User) -> None:
    text = client.get("/users/").text
    assert ' style="' not in text
    assert "<script>" not in text
    assert "'unsafe" not in client.get("/users/")["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"role": "banker", "banker_id": "B99"}, "No banker has this number"),
        ({"role": "branch_head", "branch_id": "N99"}, "No branch has this number"),
    ],
)
def test_a_number_that_the_bank_does_not_have_is_refused(
    client: Client, administrator: User, numbers: dict[str, str], said: str
) -> None:
    factories.night()
    answer = client.post("/users/new/", {"username": "lin", "full_name": "Lin"} | numbers)
    assert said in answer.text
    assert not User.objects.filter(username="lin").exists()


def test_the_banks_own_numbers_are_accepted(client: Client, administrator: User) -> None:
    factories.night()
    form = {"username": "lin", "full_name": "Lin", "role": "banker", "banker_id": "B1", "branch_id": "N1"}
    client.post("/users/new/", form)
    assert User.objects.get(username="lin").banker_id == "B1"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "6.6.6.6", "127.0.0.1"),
        (1, "6.6.6.6, 10.1.1.1", "10.1.1.1"),
        (2, "6.6.6.6, 10.1.1.1, 10.2.2.2", "10.1.1.1"),
        (2, "10.2.2.2", "127.0.0.1"),
    ],
)
def test_only_the_banks_own_proxies_say_where_a_request_comes_from(
    rf: RequestFactory, settings: Settings, proxies: int, forwarded: str, expected: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", headers={"X-Forwarded-For": forwarded})
    assert client_address(request) == expected
