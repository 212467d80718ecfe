"""Contacts in the book: when a customer was last reached, and how often, by class and channel."""

from datetime import date, timedelta

import ibis
from ibis.expr.types import Table

from stead.engagement.counting import Counting
from stead.handbook.content.night_words import CHANNELS, CLASSES, LAST, LIMITS, OWED, USES

WINDOWS = (1, 7, 30)
COLUMNS = ("customer_id", "on_date", "channel", "message_class", "direction", "outcome")


def contacts_known(extract: Table, ledger: Table | None, day: date, work_date: date, time_zone: str) -> Table:
    """Contacts of the extract up to the book date, and all of the ledger, in one table of COLUMNS.

    ledger: with `at`, a timestamp with zone; its day is that of the bank's `time_zone`. What was logged is
    known: a log whose clock runs ahead of the work date counts as made on the work date.
    """
    old = extract.filter(extract.on_date <= ibis.literal(day)).select(*COLUMNS)
    if ledger is None:
        return old
    local = local_date(ledger.at, time_zone)
    logged = ledger.mutate(on_date=ibis.least(local, ibis.literal(work_date))).select(*COLUMNS)
    return old.union(logged)


@ibis.udf.scalar.builtin(name="timezone", signature=(("string", "timestamp('UTC')"), "timestamp"))
def _wall_clock(zone, at):  # type: ignore[no-untyped-def]
    """What the clocks of a zone show at an instant."""


def local_date(at: ibis.Value, time_zone: str) -> ibis.Value:
    """The day of an instant in the bank's time zone."""
    return _wall_clock(time_zone, at.cast("timestamp('UTC')")).date()


def contact_features(contacts: Table, work_date: date, counts: Counting) -> Table:
    """One row a customer with contacts that count for anything.

    contacts: from `contacts_known`. work_date: the day that is decided about. A window of 7 days is that
    day and the six before it, so that a limit of one in 7 days holds whatever weekend lies between.
    counts: which contacts count for what, by 2.3/counting.csv. contact_last_on is the last that is a contact
    owed, contact_shown_on the last that pages show as one; all else is of what uses up the limits.
    """
    known = contacts.mutate(**{use: counts.column(use, contacts) for use in USES})
    known = known.filter(known[OWED] | known[LIMITS] | known[LAST])
    latest = {
        "contact_last_on": known.on_date.max(where=known[OWED]),
        "contact_shown_on": known.on_date.max(where=known[LAST]),
    }
    for channel in CHANNELS:
        latest[f"contact_last_{channel}_on"] = known.on_date.max(
            where=known[LIMITS] & (known.channel == channel)
        )
    for name in CLASSES:
        latest[f"contact_last_{name}_on"] = known.on_date.max(
            where=known[LIMITS] & (known.message_class == name)
        )
    last = known.group_by("customer_id").aggregate(**latest)
    recent = known.filter(known[LIMITS], known.on_date > ibis.literal(work_date - timedelta(days=30)))
    return last.left_join(_counts(recent, work_date), "customer_id").drop("customer_id_right")


def _counts(recent: Table, work_date: date) -> Table:
    """How many contacts in each window, in all and by class and channel."""
    counts = {}
    for days in WINDOWS:
        inside = recent.on_date > ibis.literal(work_date - timedelta(days=days))
        if days > 1:
            counts[f"contacts_{days}d"] = inside.sum()
        for channel in CHANNELS:
            counts[f"contacts_{channel}_{days}d"] = (inside & (recent.channel == channel)).sum()
        for name in CLASSES:
            counts[f"contacts_{name}_{days}d"] = (inside & (recent.message_class == name)).sum()
    return recent.group_by("customer_id").aggregate(**counts)


def contact_figures(row: Table) -> dict[str, ibis.Value]:
    """The columns of contacts of `features`, over a left join with `contact_features`."""
    figures = {}
    for name in row.columns:
        if name.startswith("contact_last_") or name == "contact_shown_on":
            figures[name] = row[name]
        elif name.startswith("contacts_"):
            figures[name] = ibis.coalesce(row[name].cast("int32"), 0).cast("int32")
    return figures


def consents_known(consents: Table, contacts: Table, day: date) -> Table:
    """customer_id, marketing_consent: granted or refused, whichever was said last.

    A contact with the outcome `refused` withdraws the consent; on the same day the refusal counts.
    """
    given = consents.filter(consents.on_date <= ibis.literal(day))
    # The day doubled, plus one for a refusal: the largest such word is what was said last.
    word = _day_number(given.on_date) * 2 + ibis.ifelse(given.granted, 0, 1)
    said = given.select("customer_id", word=word)
    no = contacts.filter(contacts.outcome == "refused")
    no = no.select("customer_id", word=_day_number(no.on_date) * 2 + 1)
    both = said.union(no)
    last = both.group_by("customer_id").aggregate(word=both.word.max())
    return last.select("customer_id", marketing_consent=ibis.ifelse(last.word % 2 == 0, "granted", "refused"))


def _day_number(on: ibis.Value) -> ibis.Value:
    """Days since 1970."""
    return on.delta(ibis.literal(date(1970, 1, 1)), unit="day")
