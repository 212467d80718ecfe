"""The contract's widths are the database's: every text that is published fits, whatever the bank delivers."""

from stead.engagement.models import Channel
from stead.extracts.contract import EXTRACTS, Column, by_name
from stead.night.published_rows import SPELLINGS
from stead.night.published_tables import TABLES
from stead.night.registry import practices

# Published columns that hold a column of the delivery as it is, where the names are not the same.
RENAMED = {
    ("holding", "product_name"): "products.name",
    ("holding", "product_kind"): "products.kind",
    ("holding", "product_risk"): "products.risk_grade",
    ("holding", "role"): "holders.role",
    ("holding", "currency"): "accounts.currency",
    ("notabletransaction", "currency"): "accounts.currency",
    ("notabletransaction", "customer_id"): "holders.customer_id",
    ("customer", "identity_masked"): "customers.identity_number",
}
MEASURE_LENGTH_MAX = 40  # of the names that practices give
# Those that are joined of several columns and signs of our own.
JOINED = {
    ("holding", "key"): ("accounts.account_id", "/", "customers.customer_id"),
    ("relationship", "key"): (
        "customers.customer_id",
        "/",
        "relationships.kind",
        "/",
        "customers.customer_id",
    ),
    ("measured", "key"): (
        "m" * MEASURE_LENGTH_MAX,
        "/",
        "branches.branch_id",
        "/",
        "bankers.banker_id",
        "/4",
    ),
    ("tiermove", "key"): ("customers.customer_id", "/2026-11"),
    ("action", "key"): ("customers.customer_id", "/new_customer_welcome/", "9999-12-31"),
}
SOURCES = {
    "branch": "branches", "banker": "bankers", "customer": "customers", "pastcontact": "contacts",
    "notabletransaction": "transactions", "relationship": "relationships", "holding": "holders",
    "standing": "customers", "tiermove": "customers", "action": "customers", "assethistory": "customers",
    "measured": "customers",
}  # fmt: skip
# What the night makes itself: spellings and lists are cut, an ending is cut out, codes are the handbook's
# (whose check says how long they may be) or our own.
MADE = {
    *(("customer", name) for name in SPELLINGS),
    *(("customer", name) for name in ("identity_ending", "marketing_consent", "ended")),
    *(("standing", name) for name in ("stage", "ended", "unknown_accounts")),
    ("measured", "measure"),
    ("tiermove", "rule_id"),
    *(("action", name) for name in (
        "kind", "message_class", "channel", "status", "held_reason", "due_by", "clause", "table", "decision",
        "rule_id", "handbook_version",
    )),
}  # fmt: skip


def column_of(name: str) -> Column:
    """A column of the contract by table and name."""
    table, _, column = name.partition(".")
    return next(one for one in by_name()[table].columns if one.name == column)


def longest(column: Column) -> int:
    """How many characters a text of the column may have."""
    if column.refers_to:
        return longest(column_of(column.refers_to))
    return 3 if column.currency else max(map(len, column.allowed), default=column.length)


def test_every_text_of_the_contract_says_how_long_it_may_be() -> None:
    texts = [(one.name, c.name, longest(c)) for one in EXTRACTS for c in one.columns if c.kind == "text"]
    assert [text for text in texts if not 0 < text[2] <= 4000] == []


def test_a_measures_name_is_no_longer_than_its_column() -> None:
    assert max(len(one.name) for one in practices.get().measures) <= MEASURE_LENGTH_MAX


def test_every_published_text_is_as_wide_as_the_contract_lets_it_be() -> None:
    seen = set()
    for table in TABLES:
        for column in table.columns:
            place = (table.lake_name, column.name)
            if column.length_max is None or place in MADE:
                continue
            seen.add(place)
            if place in JOINED:
                parts = [longest(column_of(part)) if "." in part else len(part) for part in JOINED[place]]
                assert sum(parts) <= column.length_max, place
                continue
            source = column_of(RENAMED.get(place, f"{SOURCES[table.lake_name]}.{column.name}"))
            width = longest(source)
            is_listed = bool(source.allowed)
            assert width <= column.length_max if is_listed else width == column.length_max, place
    assert (set(RENAMED) | set(JOINED)) <= seen


def test_money_and_shares_are_published_as_the_contract_holds_them() -> None:
    types = {column.type for table in TABLES for column in table.columns if column.type.startswith("DECIMAL")}
    assert types == {"DECIMAL(18,2)", "DECIMAL(9,6)"}


def test_channels_of_the_contract_are_those_of_the_database() -> None:
    assert set(column_of("contacts.channel").allowed) == set(Channel.values)
