"""Where each customer stands: tier, life stage, warning, figures; and who looks after whom."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stead.customers.models import Ended, Published


class Tier(models.IntegerChoices):
    """Tiers in rising order; the handbook's clause 2.2 says who earns which."""

    MASS = 0, _("Mass")
    GOLD = 1, _("Gold")
    SUNFLOWER = 2, _("Sunflower")
    DIAMOND = 3, _("Diamond")
    PRIVATE = 4, _("Private")


class Stage(models.TextChoices):
    """Life stage of the relationship, clause 2.2."""

    NEW = "new", _("New")
    GROWING = "growing", _("Growing")
    MATURE = "mature", _("Mature")
    FADING = "fading", _("Fading")
    DORMANT = "dormant", _("Dormant")
    LOST = "lost", _("Lost")


class WarningColour(models.IntegerChoices):
    """Warnings of leaving, clause 2.4, by rising urgency."""

    NONE = 0, _("None")
    YELLOW = 1, _("Yellow")
    ORANGE = 2, _("Orange")
    RED = 3, _("Red")

    @property
    def tone(self) -> str:
        """The tone in which pages show it."""
        return self.name.lower()

    @property
    def said(self) -> str:
        """The colour with what it is of: Red warning."""
        return gettext("%(colour)s warning") % {"colour": self.label}


class Standing(Published):
    """A customer's tier, stage, warning and figures as the last night left them. Amounts: book currency.

    `decisions` is JSON text, one entry a decision: {"tier": ["<rule id>", input, ...], ...}, inputs in the
    order of the table's columns; `handbook.record.decisions_of` puts names and outputs back.
    """

    customer_id = models.CharField(primary_key=True, max_length=32)
    banker_id = models.CharField(max_length=32)
    branch_id = models.CharField(max_length=32)
    tier = models.SmallIntegerField(choices=Tier)
    tier_earned = models.SmallIntegerField(choices=Tier)  # what this month alone would earn
    tier_since = models.DateField(null=True)
    watch_months = models.SmallIntegerField()  # months below the tier
    # When the watch began by the movement table of that night; null: not watched.
    watched_on = models.DateField(null=True)
    stage = models.CharField(max_length=8, choices=Stage)
    warning = models.SmallIntegerField(choices=WarningColour)
    warning_due_on = models.DateField(null=True)
    # Null where it is made of a balance that is unknown; `unknown_accounts` then names the accounts.
    assets_now = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    assets_average_month = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    assets_peak_12m = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    assets_change_30d = models.DecimalField(max_digits=18, decimal_places=2, null=True)  # amount
    assets_change_90d = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    # Owed by the customer, as a positive amount.
    loans_now = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    contribution_12m = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    unknown_accounts = models.CharField(max_length=200, blank=True, default="")
    products_held = models.SmallIntegerField()
    maturity_next_on = models.DateField(null=True)
    maturity_next_amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    own_transaction_on = models.DateField(null=True)  # the last one that the customer made
    contact_last_on = models.DateField(null=True)  # the last that is a contact owed, by 2.3/counting.csv
    contact_shown_on = models.DateField(null=True)  # the last in which either side was heard
    contact_due_on = models.DateField(
        null=True
    )  # when the next one owed by clause 2.3 falls due; null: none owed
    contact_interval_days = models.SmallIntegerField(null=True)
    ended = models.CharField(
        max_length=8, choices=Ended, blank=True
    )  # empty: a customer; others are not counted
    ended_on = models.DateField(null=True)
    decisions = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["banker_id", "-assets_now"], name="standing_banker"),
            models.Index(fields=["branch_id", "tier", "-assets_now"], name="standing_branch"),
            models.Index(fields=["tier", "-assets_now"], name="standing_tier"),
            models.Index(fields=["-assets_now", "customer_id"], name="standing_assets"),
            models.Index(
                fields=["warning", "-assets_now"], name="standing_warning", condition=models.Q(warning__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return self.customer_id

    @property
    def is_watched(self) -> bool:
        """Whether the customer has been below the tier long enough to be watched (clause 2.2)."""
        return self.watched_on is not None


class TierMove(Published):
    """A move between tiers in the last 12 months, as the movement rule of clause 2.2 made it."""

    key = models.CharField(primary_key=True, max_length=60)  # customer_id/yyyy-mm
    customer_id = models.CharField(max_length=32)
    banker_id = models.CharField(max_length=32)
    on_month = models.DateField()  # the last day of the month that moved it, or the book date
    from_tier = models.SmallIntegerField(choices=Tier)
    to_tier = models.SmallIntegerField(choices=Tier)
    rule_id = models.CharField(max_length=60)

    class Meta:
        indexes = [
            models.Index(fields=["banker_id", "-on_month"], name="tiermove_banker"),
            models.Index(fields=["customer_id"], name="tiermove_customer"),
        ]

    def __str__(self) -> str:
        return self.key


class Assignment(models.Model):
    """A branch head gave a customer to another banker; overrides what the extracts say, from then on."""

    customer_id = models.CharField(primary_key=True, max_length=32)
    banker_id = models.CharField(max_length=32)
    branch_id = models.CharField(max_length=32)
    assigned_at = models.DateTimeField()
    assigned_by = models.CharField(max_length=150)
    reason = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.customer_id} to {self.banker_id}"


class SavedView(models.Model):
    """A list's filters under a name, for one user."""

    owner = models.CharField(max_length=150, db_index=True)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=500)  # the query string of the list page

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_view_of_a_name")]

    def __str__(self) -> str:
        return self.name
