"""Contacts made, actions owed and what became of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from stead.customers.models import Published


class Channel(models.TextChoices):
    """How a contact reaches the customer."""

    CALL = "call", _("Call")
    VISIT = "visit", _("Visit")
    WECOM = "wecom", _("WeCom")
    SMS = "sms", _("Text message")
    EMAIL = "email", _("E-mail")


class MessageClass(models.TextChoices):
    """What a contact is for, which decides the limits that it falls under (clause 2.3)."""

    STATUTORY = "statutory", _("Statutory")
    SERVICE = "service", _("Service")
    RELATIONSHIP = "relationship", _("Relationship")
    MARKETING = "marketing", _("Marketing")


class Outcome(models.TextChoices):
    """What came of a contact."""

    REACHED = "reached", _("Reached")
    FOLLOW_UP = "follow_up", _("Reached, follow-up agreed")
    NOT_REACHED = "not_reached", _("Not reached")
    REFUSED = "refused", _("Wants no marketing")
    SENT = "sent", _("Message sent")


class Action(Published):
    """One thing to do for one customer, or one that was held back and why. The night writes these."""

    key = models.CharField(
        primary_key=True, max_length=120
    )  # customer_id/kind/anchor: the same need keeps its key
    customer_id = models.CharField(max_length=32)
    banker_id = models.CharField(max_length=32)
    branch_id = models.CharField(max_length=32)
    kind = models.CharField(max_length=40)  # names the texts in the handbook: reason.<kind>, talk.<kind>
    message_class = models.CharField(max_length=12, choices=MessageClass)
    channel = models.CharField(max_length=8, choices=Channel)
    status = models.CharField(max_length=8)  # today, carried, later, held
    held_reason = models.CharField(max_length=60)  # limit/<class or channel>/<days>, consent, no_channel, ...
    earliest_on = models.DateField()
    latest_on = models.DateField()
    due_by = models.CharField(
        max_length=8
    )  # a time of day such as 11:30 where the clause gives hours, else empty
    first_owed_on = models.DateField()  # since when it waits; earlier than the work date means carried over
    minutes = models.SmallIntegerField()
    priority = models.IntegerField()  # what decides the order of a day; the higher the earlier
    value = models.DecimalField(max_digits=18, decimal_places=2)  # book currency at stake
    rank = models.IntegerField()  # place in the banker's day, 1 first; 0 when not in it
    clause = models.CharField(max_length=10)
    table = models.CharField(max_length=60)  # 2.4/warning.dmn
    decision = models.CharField(max_length=40)
    rule_id = models.CharField(max_length=60)
    numbers = models.TextField()  # JSON text: what the reason's sentence and the "why" table show
    handbook_version = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["banker_id", "status", "rank"], name="action_banker_day"),
            models.Index(fields=["branch_id", "status"], name="action_branch"),
            models.Index(fields=["customer_id"], name="action_customer"),
        ]

    def __str__(self) -> str:
        return self.key


class PastContact(Published):
    """A contact from the extracts: history that was not logged here."""

    contact_id = models.CharField(primary_key=True, max_length=64)
    customer_id = models.CharField(max_length=32)
    banker_id = models.CharField(max_length=32)
    on_date = models.DateField()
    channel = models.CharField(max_length=8, choices=Channel)
    message_class = models.CharField(max_length=12, choices=MessageClass)
    direction = models.CharField(max_length=3)  # in, out
    outcome = models.CharField(max_length=12)
    note = models.CharField(max_length=4000)

    class Meta:
        indexes = [models.Index(fields=["customer_id", "-on_date"], name="pastcontact_customer")]

    def __str__(self) -> str:
        return self.contact_id


class Contact(models.Model):
    """A contact that a user logged."""

    customer_id = models.CharField(max_length=32)
    banker_id = models.CharField(max_length=32)
    at = models.DateTimeField()
    channel = models.CharField(max_length=8, choices=Channel)
    message_class = models.CharField(max_length=12, choices=MessageClass)
    direction = models.CharField(max_length=3, default="out")
    outcome = models.CharField(max_length=12, choices=Outcome)
    note = models.CharField(max_length=1000, blank=True)
    action_key = models.CharField(max_length=120, blank=True)  # empty: made without an action
    action_kind = models.CharField(max_length=40, blank=True)
    clause = models.CharField(max_length=10, blank=True)
    logged_by = models.CharField(max_length=150)

    class Meta:
        indexes = [models.Index(fields=["customer_id", "-at"], name="contact_customer")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.channel} {self.customer_id}"


class ActionState(models.Model):
    """What a user did with an action. It outlives the night, which reads it back."""

    class State(models.TextChoices):
        """Where the action went."""

        DONE = "done", _("Done")
        POSTPONED = "postponed", _("Postponed")
        DECLINED = "declined", _("Declined")

    action_key = models.CharField(primary_key=True, max_length=120)
    customer_id = models.CharField(max_length=32, db_index=True)
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State)
    on_date = models.DateField()
    until = models.DateField(null=True)  # postponed to
    reason = models.CharField(max_length=300, blank=True)
    set_by = models.CharField(max_length=150)
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.action_key}: {self.state}"
