"""What the last night knows of each customer. The night alone writes these tables; people never do."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Collate, Right, Substr
from django.utils.translation import gettext_lazy as _


class Words(models.Func):
    """The words of a column as PostgreSQL looks them up: each for itself, whole or by its beginning."""

    template = "ARRAY_TO_TSVECTOR(STRING_TO_ARRAY(%(expressions)s, ' '))"
    output_field = models.TextField()


def given_name() -> Collate:
    """The given name behind a surname of one character (王小明: 小明); others stand among the words.

    The collation "C" lets one index serve both the beginning of a word and its order.
    """
    return Collate(Substr("name_key", 2), "C")


class Published(models.Model):
    """A row that a night published. `run_id` is the run that last changed it."""

    run_id = models.CharField(max_length=40)

    class Meta:
        abstract = True


class Ended(models.TextChoices):
    """How somebody ceased to be a customer, on or before the book date."""

    LEFT = "left", _("Left")
    DECEASED = "deceased", _("Deceased")


class Branch(Published):
    """A branch of the bank."""

    branch_id = models.CharField(primary_key=True, max_length=32)
    name = models.CharField(max_length=100)
    city = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Banker(Published):
    """A relationship manager, with the minutes a day that can be given to contacts."""

    banker_id = models.CharField(primary_key=True, max_length=32)
    name = models.CharField(max_length=100)
    branch_id = models.CharField(max_length=32)
    capacity_minutes = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["branch_id"], name="banker_branch")]

    def __str__(self) -> str:
        return self.name


class Customer(Published):
    """Who a customer is. The identity number itself is never stored here, only its mask and its ending."""

    customer_id = models.CharField(primary_key=True, max_length=32)
    kind = models.CharField(max_length=12)  # person, organisation
    name = models.CharField(max_length=200)
    # By what the search finds this customer; book_search.py says what stands in each.
    name_key = models.CharField(max_length=240, default="")  # 周慧敏; jpmorgan for J.P. Morgan
    number_key = models.CharField(max_length=64, default="")
    words = models.TextField(default="")  # j p morgan; other readings of the surname; further phones
    pinyin = models.CharField(max_length=240)  # zhouhuimin; of a name in letters its key
    initials = models.CharField(max_length=60)  # zhm
    phone_key = models.CharField(max_length=64, default="")  # the first phone in E.164 without its plus
    gender = models.CharField(max_length=1)  # f, m or empty
    birth_date = models.DateField(null=True)
    lunar_birthday = models.BooleanField()
    birthday_next = models.DateField(null=True)  # solar date, whichever calendar the customer keeps
    identity_masked = models.CharField(max_length=40)
    identity_ending = models.CharField(max_length=6)  # the last six characters, upper case
    phone = models.CharField(max_length=32)
    email = models.CharField(max_length=254)
    wecom_id = models.CharField(max_length=64)
    address = models.CharField(max_length=500)
    city = models.CharField(max_length=100)
    occupation = models.CharField(max_length=100)
    employer = models.CharField(max_length=200)
    family_status = models.CharField(max_length=20)
    education = models.CharField(max_length=20)
    yearly_income = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    income_currency = models.CharField(max_length=3)
    risk_grade = models.CharField(max_length=2)  # C1 to C5 or empty
    risk_graded_on = models.DateField(null=True)
    language = models.CharField(max_length=35)
    marketing_consent = models.CharField(max_length=8)  # granted, refused, unknown
    branch_id = models.CharField(max_length=32)
    banker_id = models.CharField(max_length=32)
    opened_on = models.DateField(null=True)
    last_login_on = models.DateField(null=True)
    ended = models.CharField(max_length=8, choices=Ended, blank=True)  # empty: a customer
    ended_on = models.DateField(null=True)

    class Meta:
        # Searches are by the beginning of a word; the pattern class serves LIKE 'x%' in every collation.
        indexes = [
            models.Index(fields=["name_key"], name="customer_name_key", opclasses=["varchar_pattern_ops"]),
            models.Index(
                fields=["number_key"], name="customer_number_key", opclasses=["varchar_pattern_ops"]
            ),
            models.Index(fields=["pinyin"], name="customer_pinyin", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["initials"], name="customer_initials", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["phone_key"], name="customer_phone_key", opclasses=["varchar_pattern_ops"]),
            models.Index(given_name(), name="customer_given_name"),
            # Few names of a Chinese bank have words, so that few rows are in it. Without a list of what is
            # new: the night fills the table before it makes its indexes.
            GinIndex(Words("words"), name="customer_words", fastupdate=False),
            # Four characters find about a hundred in a million; longer endings are told apart among those.
            models.Index(Right("phone_key", 4), name="customer_phone_ending"),
            models.Index(Right("identity_ending", 4), name="customer_identity_ending"),
            models.Index(fields=["banker_id"], name="customer_banker"),
            models.Index(fields=["branch_id"], name="customer_branch"),
        ]

    def __str__(self) -> str:
        return self.name


class Holding(Published):
    """A customer's part in an account; amounts are the whole account's, `share` is the customer's."""

    key = models.CharField(primary_key=True, max_length=80)  # account_id/customer_id
    customer_id = models.CharField(max_length=32)
    account_id = models.CharField(max_length=40)
    product_name = models.CharField(max_length=200)
    product_kind = models.CharField(max_length=16)
    product_risk = models.CharField(max_length=2)
    role = models.CharField(max_length=12)  # owner, joint, authorised
    share = models.DecimalField(max_digits=9, decimal_places=6)
    currency = models.CharField(max_length=3)
    # Both are null where the bank did not deliver the balance: it is unknown, not 0.
    balance = models.DecimalField(max_digits=18, decimal_places=2, null=True)  # in `currency`
    balance_book = models.DecimalField(max_digits=18, decimal_places=2, null=True)  # in the book currency
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    matures_on = models.DateField(null=True)

    class Meta:
        # Not db_index, which would add an index for LIKE to each: nobody searches for parts of these.
        indexes = [
            models.Index(fields=["customer_id"], name="holding_customer"),
            models.Index(fields=["account_id"], name="holding_account"),
        ]

    def __str__(self) -> str:
        return self.key


class Relationship(Published):
    """`other_id` is the `kind` of `customer_id`: stored once in each direction."""

    key = models.CharField(primary_key=True, max_length=100)  # customer_id/kind/other_id
    customer_id = models.CharField(max_length=32)
    other_id = models.CharField(max_length=32)
    kind = models.CharField(max_length=20)

    class Meta:
        indexes = [models.Index(fields=["customer_id"], name="relationship_customer")]

    def __str__(self) -> str:
        return self.key


class AssetHistory(Published):
    """Month-end assets of 24 months by kind, in whole units of the book currency, for the chart.

    `months` is JSON text: {"last": "2026-11", "demand": [..], "time": [..], "wealth": [..], ...}, each list
    one number a month up to the last, null where a balance of it is unknown. Kinds in which the customer
    never held anything are left out.
    """

    customer_id = models.CharField(primary_key=True, max_length=32)
    months = models.TextField()

    def __str__(self) -> str:
        return self.customer_id


class NotableTransaction(Published):
    """A transaction large enough to be told on the customer's timeline."""

    transaction_id = models.CharField(primary_key=True, max_length=64)
    customer_id = models.CharField(max_length=32)
    account_id = models.CharField(max_length=40)
    on_date = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)  # signed, in `currency`
    currency = models.CharField(max_length=3)
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=16)
    counterparty = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["customer_id", "-on_date"], name="notable_customer")]

    def __str__(self) -> str:
        return self.transaction_id
