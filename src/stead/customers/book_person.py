"""Who a customer is to the book: age, tenure, ways to reach, important dates."""

from datetime import date

import ibis
from ibis.expr.types import DateValue, IntegerValue, Table

from stead.customers.book import days_since


def whole_months(since: DateValue, day: date) -> IntegerValue:
    """Whole months from a date to `day`: one is complete on the same day of the month."""
    months = (day.year - since.year()) * 12 + (day.month - since.month())
    return (months - ibis.ifelse(since.day() > day.day, 1, 0)).cast("int32")


def next_anniversary(of: DateValue, day: date) -> DateValue:
    """The first return of a date after `day`. The 29th of February is kept on the 28th in ordinary years."""
    passed = (of.month() < day.month) | ((of.month() == day.month) & (of.day() <= day.day))
    year = ibis.ifelse(passed, day.year + 1, day.year)
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    late = (of.month() == 2) & (of.day() == 29) & ~leap
    return ibis.date(
        year.cast("int64"), of.month().cast("int64"), ibis.ifelse(late, 28, of.day()).cast("int64")
    )


def person_figures(row: Table, day: date) -> dict[str, ibis.Value]:
    """The columns of `features` that come from the customer's own record.

    row: customers, joined with lunar_next_on (null: not kept). Organisations have no age and no birthday.
    """
    today = ibis.literal(day)
    person = row.kind == "person"
    born = ibis.ifelse(person, row.birth_date, ibis.null("date"))
    lunar = row.lunar_next_on.notnull() & person
    opened = next_anniversary(row.opened_on, day)
    return {
        "kind": row.kind,
        "banker_id": ibis.coalesce(row.banker_id, ""),
        "branch_id": row.branch_id,
        "opened_on": row.opened_on,
        "birth_date": row.birth_date,
        "age": full_years(born, day),
        "tenure_months": whole_months(row.opened_on, day),
        "language": ibis.coalesce(row.language, ""),
        "has_phone": ibis.coalesce(row.phone, "") != "",
        "has_wecom": ibis.coalesce(row.wecom_id, "") != "",
        "has_email": ibis.coalesce(row.email, "") != "",
        "risk_grade": ibis.coalesce(row.risk_grade, ""),
        "risk_graded_on": row.risk_graded_on,
        "login_days": days_since(row.last_login_on, today),
        "birthday_next_on": ibis.ifelse(lunar, row.lunar_next_on, next_anniversary(born, day)),
        "birthday_next_is_lunar": lunar,
        "anniversary_next_on": opened,
        "anniversary_years": (opened.year() - row.opened_on.year()).cast("int32"),
    }


def full_years(born: DateValue, day: date) -> IntegerValue:
    """Full years of age at `day`; born on 29 February, a year older on 1 March."""
    before = (born.month() > day.month) | ((born.month() == day.month) & (born.day() > day.day))
    return (day.year - born.year() - ibis.ifelse(before, 1, 0)).cast("int32")
