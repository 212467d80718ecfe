"""What is known of a customer and what is missing: pure functions over one row."""

from dataclasses import dataclass
from datetime import date

from stead.customers.kept_dates import full_years, in_year
from stead.customers.models import Customer

# How long an assessment of risk holds where the edition's list of clause 1.4 has no row of it.
OLDER_RISK_MONTHS = 12
# What an archive should hold. An organisation has no gender, family or school.
PERSON_FIELDS = (
    "identity_masked", "birth_date", "gender", "phone", "address", "occupation", "employer", "family_status",
    "education", "yearly_income", "risk_grade", "marketing_consent", "wecom_id", "email",
)  # fmt: skip
ORGANISATION_FIELDS = (
    "identity_masked", "birth_date", "phone", "address", "yearly_income", "risk_grade", "marketing_consent",
    "email",
)  # fmt: skip
UNKNOWN = ("", None, "unknown")


@dataclass(frozen=True)
class Completeness:
    """How much of the archive is there: `share` of 100, and the names of the fields that are not."""

    share: int
    missing: tuple[str, ...]


def months_later(day: date, months: int) -> date:
    """The same day some months later; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return in_year(month + 1, day.day, year)


def risk_grade_ends(customer: Customer, risk_months: int = OLDER_RISK_MONTHS) -> date | None:
    """The day on which the customer's risk grade runs out; None without a grade or its date.

    risk_months: how long an assessment holds, by the edition of the night that is shown.
    """
    if not customer.risk_grade or customer.risk_graded_on is None:
        return None
    return months_later(customer.risk_graded_on, risk_months)


def completeness(customer: Customer, today: date, risk_months: int = OLDER_RISK_MONTHS) -> Completeness:
    """Which fields of the archive are filled. A risk grade that has run out counts as missing."""
    fields = PERSON_FIELDS if customer.kind == "person" else ORGANISATION_FIELDS
    missing = [name for name in fields if getattr(customer, name) in UNKNOWN]
    ends = risk_grade_ends(customer, risk_months)
    if "risk_grade" in fields and "risk_grade" not in missing and (ends is None or ends <= today):
        missing.append("risk_grade")
    return Completeness(round(100 * (len(fields) - len(missing)) / len(fields)), tuple(missing))


def age(born: date | None, today: date) -> int | None:
    """Full years since the birth; None when it is not known."""
    return None if born is None else full_years(born, today)
