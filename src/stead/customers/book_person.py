"""Who a customer is to the book: age, tenure, ways to reach, important dates."""

from datetime import date

import ibis
from ibis.expr.types import DateValue, IntegerValue, Table

from stead.customers.amounts import days_since
from stead.handbook.content.night_words import ENDED


def whole_months(since: DateValue, day: date) -> IntegerValue:
    """Whole months from a date to `day`: one is complete on the same day of the month."""
    months = (day.year - since.year()) * 12 + (day.month - since.month())
    return (months - ibis.ifelse(since.day() > day.day, 1, 0)).cast("int32")


def kept_in(of: DateValue, year: IntegerValue) -> DateValue:
    """The day on which a date is kept in a year, as `kept_dates.in_year` says it for one."""
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    late = (of.month() == 2) & (of.day() == 29) & ~leap
    return ibis.date(
        year.cast("int64"), of.month().cast("int64"), ibis.ifelse(late, 28, of.day()).cast("int64")
    )


def next_anniversary(of: DateValue, day: date) -> DateValue:
    """The first return of a date after `day`, as `kept_dates.next_kept` says it for one."""
    # What is kept on `day` itself has been, also where that is the 28th of February for the 29th.
    is_over = kept_in(of, ibis.literal(day.year)) <= ibis.literal(day)
    year = ibis.ifelse(is_over, day.year + 1, day.year)
    # The day on which it began is no return of it.
    return kept_in(of, ibis.greatest(year, of.year() + 1))


def person_figures(row: Table, day: date) -> dict[str, ibis.Value]:
    """The columns of `features` that come from the customer's own record.

    row: customers, joined with lunar_next_on and lunar_next_years (null: not kept). Organisations have no age
    and no birthday.
    """
    today = ibis.literal(day)
    person = row.kind == "person"
    born = ibis.ifelse(person, row.birth_date, ibis.null("date"))
    lunar = row.lunar_next_on.notnull() & person
    born_again, opened = next_anniversary(born, day), next_anniversary(row.opened_on, day)
    years = ibis.ifelse(lunar, row.lunar_next_years, born_again.year() - born.year())
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
        "birthday_next_on": ibis.ifelse(lunar, row.lunar_next_on, born_again),
        "birthday_next_years": years.cast("int32"),
        "birthday_next_is_lunar": lunar,
        **_end(row, today),
        "anniversary_next_on": opened,
        "anniversary_years": (opened.year() - row.opened_on.year()).cast("int32"),
    }


def _end(row: Table, today: DateValue) -> dict[str, ibis.Value]:
    """Whether and since when somebody is no customer any more: ended, ended_on.

    ended: "" for customers, "left" or "deceased". What is dated after the book date has not happened yet. An
    organisation does not die, so a date of death says that it left.
    """
    none = ibis.null("date")
    left_on = ibis.ifelse(row.closed_on <= today, row.closed_on, none)
    # Deliveries from before the contract had the column do not say it.
    died_on = ibis.ifelse(row.died_on <= today, row.died_on, none) if "died_on" in row.columns else none
    is_dead = died_on.notnull() & (row.kind == "person")
    first = ibis.coalesce(ibis.least(left_on.coalesce(died_on), died_on.coalesce(left_on)), none)
    return {
        "ended": ibis.cases((is_dead, ENDED[1]), (first.notnull(), ENDED[0]), else_=""),
        "ended_on": ibis.ifelse(is_dead, died_on, first),
    }


def current(rows: Table) -> Table:
    """The rows of those who neither left nor died: whom the bank serves and its tables decide about."""
    return rows.filter(rows.ended == "")


def full_years(born: DateValue, day: date) -> IntegerValue:
    """Full years of age at `day`, as `kept_dates.full_years` says it for one."""
    before = (born.month() > day.month) | ((born.month() == day.month) & (born.day() > day.day))
    return (day.year - born.year() - ibis.ifelse(before, 1, 0)).cast("int32")
