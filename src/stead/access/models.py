"""Users and the roles that decide what they may see."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a user is for. One role a user; a person with two roles has two users."""

    BANKER = "banker", _("Banker")
    BRANCH_HEAD = "branch_head", _("Branch head")
    POLICY_OFFICER = "policy_officer", _("Product and policy officer")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


class User(AbstractUser):
    """A person who logs in; `banker_id` and `branch_id` are the bank's own numbers, as in the extracts."""

    role = models.CharField(_("role"), max_length=20, choices=Role)
    banker_id = models.CharField(_("banker number"), max_length=32, blank=True, default="")
    branch_id = models.CharField(_("branch number"), max_length=32, blank=True, default="")
    full_name = models.CharField(_("name"), max_length=100, blank=True, default="")
    # Empty until the user chooses one: the browser's is then spoken.
    language = models.CharField(
        _("language"), max_length=10, blank=True, default="", choices=[("zh-hans", "中文"), ("en", "English")]
    )
    # Given by an administrator: opens nothing but the page on which the user chooses an own one.
    password_is_one_time = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="banker_has_a_banker_number",
                condition=~models.Q(role="banker") | ~models.Q(banker_id=""),
            ),
            models.CheckConstraint(
                name="branch_head_has_a_branch",
                condition=~models.Q(role="branch_head") | ~models.Q(branch_id=""),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username
