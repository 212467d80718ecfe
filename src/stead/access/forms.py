"""Forms about users."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from stead.access.models import Role, User
from stead.access.registry import numbers


class LoginForm(AuthenticationForm):
    """Name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs |= {"class": "form-control", "autocomplete": LOGIN_AUTOCOMPLETE[name]}


LOGIN_AUTOCOMPLETE = {"username": "username", "password": "current-password"}


class RoleForm(forms.Form):
    """A user's role and the bank's numbers that go with it."""

    role = forms.ChoiceField(
        label=_("Role"), choices=Role.choices, widget=forms.Select(attrs={"class": "form-select"})
    )
    banker_id = forms.CharField(
        label=_("Banker number"),
        required=False,
        max_length=32,
        help_text=_("As in the bank's files; a banker needs one."),
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    branch_id = forms.CharField(
        label=_("Branch number"),
        required=False,
        max_length=32,
        help_text=_("As in the bank's files; a branch head needs one."),
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """A role without its number would see nothing, and the database refuses it."""
        values = super().clean() or {}
        if values.get("role") == Role.BANKER and not values.get("banker_id"):
            self.add_error("banker_id", _("A banker needs the number that stands in the bank's files."))
        if values.get("role") == Role.BRANCH_HEAD and not values.get("branch_id"):
            self.add_error("branch_id", _("A branch head needs the branch's number in the bank's files."))
        banker, branch = values.get("banker_id"), values.get("branch_id")
        if banker and not numbers.get()(banker_id=banker):
            unknown = _("No banker has this number in the bank's files of the last night. Check the number.")
            self.add_error("banker_id", unknown)
        if branch and not numbers.get()(branch_id=branch):
            unknown = _("No branch has this number in the bank's files of the last night. Check the number.")
            self.add_error("branch_id", unknown)
        return values


class NewUserForm(RoleForm):
    """A new user."""

    username = forms.CharField(
        label=_("Login name"),
        max_length=150,
        validators=[User.username_validator],
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    full_name = forms.CharField(
        label=_("Name"),
        max_length=100,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    field_order = ["username", "full_name", "role", "banker_id", "branch_id"]

    def clean_username(self) -> str:
        """Names are compared without regard to case, so that two users cannot be taken for each other."""
        name = str(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError(_("This login name is taken; choose another."))
        return name
