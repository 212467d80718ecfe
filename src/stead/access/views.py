"""Logging in, the language, the own password, and the users' pages of the administrator."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stead.access import actions
from stead.access.client_address import client_address
from stead.access.forms import LoginForm, NewUserForm, RoleForm
from stead.access.guards import for_roles, user_of
from stead.access.models import Role, User
from stead.access.queries import visible_to


class Login(LoginView):
    """The door. Wrong passwords are counted by django-axes."""

    template_name = "access/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let the user in, and write it down."""
        response = super().form_valid(form)
        actions.logged_in(by=user_of(self.request), address=client_address(self.request))
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Say that it was not right, and write down who was tried."""
        tried = form.data.get("username", "")
        actions.login_refused(by=tried, address=client_address(self.request))
        return super().form_invalid(form)


class Logout(LogoutView):
    """The way out."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """End the session, and write it down; who has none just sees the door."""
        if isinstance(request.user, User):
            actions.logged_out(by=request.user, address=client_address(request))
        return super().post(request, *args, **kwargs)


@require_POST
@login_not_required
def language(request: HttpRequest) -> HttpResponse:
    """Read on in another language; kept for the user, or in a cookie for a visitor."""
    wanted = request.POST.get("language", "")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    if wanted in dict(settings.LANGUAGES):
        actions.choose_language(by=request.user, language=wanted)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, wanted, max_age=31_536_000, samesite="Lax", httponly=True
        )
    return response


@never_cache
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """The user chooses an own password, as everybody must who came in with a one-time one."""
    user = user_of(request)
    form: SetPasswordForm[User] = SetPasswordForm(user, request.POST or None)
    for field in form.fields.values():
        field.widget.attrs |= {"class": "form-control", "autocomplete": "new-password"}
    if request.method == "POST" and form.is_valid():
        actions.choose_password(by=user, password=form.cleaned_data["new_password1"])
        # The session goes on although its password changed; all the user's other sessions end.
        update_session_auth_hash(request, user)
        messages.success(request, gettext("Your password is changed."))
        return redirect("home")
    return render(request, "access/password.html", {"form": form})


@require_safe
@for_roles(Role.ADMINISTRATOR)
def users(request: HttpRequest) -> HttpResponse:
    """All users, the active ones first."""
    return render(request, "access/users.html", {"users": visible_to(request.user)})


@never_cache
@require_http_methods(["GET", "POST"])
@for_roles(Role.ADMINISTRATOR)
def user_new(request: HttpRequest) -> HttpResponse:
    """Add a user; the one-time password is shown on the answer and never again."""
    form = NewUserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values: dict[str, Any] = form.cleaned_data
        user, one_time = actions.add_user(by=user_of(request), **values)
        return render(request, "access/user.html", _user_page(request, user) | {"one_time": one_time})
    return render(request, "access/user_new.html", {"form": form})


@never_cache
@require_http_methods(["GET", "POST"])
@for_roles(Role.ADMINISTRATOR)
def user(request: HttpRequest, user_id: int) -> HttpResponseBase:
    """One user: role, one-time password, disabled or not. `do` in the form says which."""
    person = get_object_or_404(visible_to(request.user), pk=user_id)
    if request.method != "POST":
        return render(request, "access/user.html", _user_page(request, person))
    do = request.POST.get("do")
    if do == "password":
        one_time = actions.reset_password(by=user_of(request), user=person)
        return render(request, "access/user.html", _user_page(request, person) | {"one_time": one_time})
    form = RoleForm(request.POST) if do == "role" else None
    if form is not None and not form.is_valid():
        return render(request, "access/user.html", _user_page(request, person) | {"form": form}, status=422)
    try:
        if form is not None:
            actions.change_role(by=user_of(request), user=person, **form.cleaned_data)
        elif do in {"disable", "enable"}:
            actions.set_active(by=user_of(request), user=person, active=do == "enable")
    except ValueError:
        messages.error(request, gettext("You cannot do this to yourself. Ask another administrator."))
    else:
        messages.success(request, gettext("Saved. It holds from this user's next click."))
    return redirect("user", user_id=person.pk)


def _user_page(request: HttpRequest, person: User) -> dict[str, Any]:
    """What the page of one user shows."""
    initial = {"role": person.role, "banker_id": person.banker_id, "branch_id": person.branch_id}
    return {"person": person, "form": RoleForm(initial=initial), "oneself": person.pk == request.user.pk}
