"""Puts a night's results into the shape of the published tables: table in, table out."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import ibis
from ibis.expr.types import Table

from stead.customers.amounts import converted
from stead.customers.book_balances import rate_on
from stead.customers.book_search import masked_column
from stead.handbook.content.book import Handbook
from stead.handbook.content.record import Recorded, decisions_text
from stead.night.published_tables import BY_NAME, PublishedTable

_IBIS = {
    "VARCHAR": "string",
    "SMALLINT": "int16",
    "INTEGER": "int32",
    "BIGINT": "int64",
    "BOOLEAN": "boolean",
}
# Spellings for the search, which may be several times as long as the name: they are cut. All other texts fit,
# as the contract sets a row aside whose text is longer than the database holds.
SPELLINGS = {"pinyin", "initials", "name_key", "number_key", "phone_key"}
# Who is to one the parent is to the other the child; the other kinds say nothing of the way back.
_WAY_BACK = {"spouse": "spouse", "joint_holder": "joint_holder", "parent": "child", "child": "parent"}


def conform(table: PublishedTable, rows: Table) -> Table:
    """The columns of a published table in its types; texts that may not be null become empty."""
    chosen: dict[str, Any] = {}
    for column in table.columns:
        value = rows[column.name]
        if column.type == "VARCHAR" and not column.nullable:
            value = value.fill_null("")
        if column.name in SPELLINGS and column.length_max:
            value = value.left(column.length_max)
        chosen[column.name] = value.cast(_IBIS.get(column.type, column.type.lower()))
    return rows.select(**chosen)


def customers(extract: Table, features: Table, searched: Table) -> Table:
    """customers.Customer: the delivery's rows with the banker in charge, birthday and the search's keys.

    searched: what `book_search.search_columns` gives. The identity number is masked here and goes no further.
    """
    known = features.select(
        "customer_id", "marketing_consent", "birthday_next_on", "ended", "ended_on",
        kept_branch=features.branch_id, kept_banker=features.banker_id,
    )  # fmt: skip
    rows = extract.join(known, "customer_id").left_join(searched, "customer_id").drop("customer_id_right")
    return rows.mutate(
        gender=rows.gender.fill_null(""),
        lunar_birthday=rows.lunar_birthday.fill_null(False),
        birthday_next=ibis.ifelse(rows.kind == "person", rows.birthday_next_on, ibis.null("date")),
        identity_masked=masked_column(rows.identity_number.fill_null("")),
        branch_id=rows.kept_branch,
        banker_id=rows.kept_banker,
    )


def income(customers: Table, rates: Table, day: date, book_currency: str) -> Table:
    """customer_id, occupation, yearly_income in the book currency at the rate of the day."""
    held = rates.group_by("currency").aggregate(rate=rate_on(rates, day))
    rows = customers.left_join(held, customers.income_currency == held.currency)
    is_book = rows.income_currency.fill_null(book_currency) == book_currency
    # An income beyond what the column holds says nothing of a customer; it must not stop the night.
    in_book = converted(rows.yearly_income, rows.rate).try_cast("decimal(18, 2)")
    return rows.select(
        "customer_id",
        occupation=rows.occupation.fill_null(""),
        yearly_income=ibis.ifelse(is_book, rows.yearly_income, in_book),
    )


def consenting(features: Table) -> Table:
    """The features with the consent as the contact policy asks for it: true, false, or null for unknown."""
    said = features.marketing_consent
    consent = ibis.cases((said == "granted", True), (said == "refused", False), else_=ibis.null("boolean"))
    return features.mutate(marketing_consent=consent)


def relationships(extract: Table) -> Table:
    """customers.Relationship: once in each direction, and nobody's own."""
    there = extract.filter(extract.customer_id != extract.other_id).select("customer_id", "other_id", "kind")
    turned = there.filter(there.kind.isin(tuple(_WAY_BACK)))
    back = turned.select(
        customer_id=turned.other_id,
        other_id=turned.customer_id,
        kind=ibis.cases(*((turned.kind == kind, other) for kind, other in _WAY_BACK.items()), else_=""),
    )
    both = there.union(back).distinct()
    return both.mutate(key=both.customer_id + "/" + both.kind + "/" + both.other_id)


def joined(parts: Sequence[Table], recorded: Sequence[Recorded]) -> Table:
    """One row a customer of the first part with what the standing and the recorded decisions take from all.

    A column that stands in several parts is the first one's. Nothing was decided about who left or died: what
    the other parts say of them is null.
    """
    wanted = {*BY_NAME["segmentation_standing"].names, "assets_month_01"}
    for one in recorded:
        wanted |= {one.rule, *one.values.values(), *one.outputs.values()}
    rows = parts[0].select([name for name in parts[0].columns if name in wanted])
    for other in parts[1:]:
        new = [name for name in other.columns if name in wanted and name not in rows.columns]
        rows = rows.left_join(other.select("customer_id", *new), "customer_id").drop("customer_id_right")
    return rows


def standing(rows: Table, recorded: Sequence[Recorded], handbook: Handbook, day: date) -> Table:
    """segmentation.Standing from the joined rows. Who left or died has no tier, stage or warning."""
    zero = {name: rows[name].fill_null(0) for name in ("tier", "tier_earned", "watch_months", "warning")}
    return rows.mutate(
        **zero,
        stage=rows.stage.fill_null(""),
        assets_average_month=rows.assets_month_01,
        warning_due_on=ibis.ifelse(rows.warning > 0, rows.warning_due_on, ibis.null("date")),
        decisions=ibis.ifelse(rows.ended == "", decisions_text(rows, recorded, handbook, day), "{}"),
    )


def decided(rows: Table, one: Recorded, handbook: Handbook, run_id: str, day: date) -> Table:
    """The rows of one decision as the lake keeps them: what was read, what came out, by which rule."""
    values = {f"in_{key}": rows[column] for key, column in one.values.items()}
    outputs = {f"out_{key}": rows[column] for key, column in one.outputs.items()}
    return rows.select(
        customer_id=rows.customer_id,
        book_date=ibis.literal(day),
        decision=ibis.literal(one.table.rpartition("/")[2]),
        rule_id=rows[one.rule].fill_null(""),
        clause=ibis.literal(one.table.partition("/")[0]),
        handbook_version=ibis.literal(handbook.version),
        run_id=ibis.literal(run_id),
        **values,
        **outputs,
    )
