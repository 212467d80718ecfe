"""The tables that the stages hand to each other, as each stage promises them."""

from stead.night.promises import published
from stead.night.published_tables import TABLES
from stead.practice.promises import ColumnPromise, TablePromise, columns

MONEY = "DECIMAL(18,2)"
_MONTHS = " ".join(f"assets_month_{month:02d}" for month in range(1, 13))
_EARNED = " ".join(f"contribution_m{month:02d}" for month in range(1, 13))

FEATURES = TablePromise(
    "features",
    ("customer_id",),
    (
        *columns("customer_id kind branch_id ended", "VARCHAR"),
        *columns("opened_on", "DATE"),
        # Empty where the balance of an account is unknown.
        *columns(
            "assets_now assets_peak_12m assets_change_30d assets_change_90d loans_now contribution_12m",
            MONEY,
            nullable=True,
        ),
        *columns("outflow_30d inflow_30d assets_known_month contribution_known", MONEY),
        *columns("unknown_accounts", "VARCHAR"),
        *columns("banker_id", "VARCHAR", nullable=True),
        *columns(f"{_MONTHS} {_EARNED}", MONEY, nullable=True),
        *columns(
            "birthday_next_on maturity_next_on own_transaction_on contact_last_on contact_shown_on",
            "DATE",
            nullable=True,
        ),
    ),
    row_a="customer",
)
CANDIDATES = TablePromise(
    "candidates",
    ("key",),
    (
        *columns("key customer_id kind message_class clause table decision rule_id numbers", "VARCHAR"),
        *columns("held_reason", "VARCHAR"),
        *columns("occasion_rule worth_rule channel_rule permission_rule", "VARCHAR", nullable=True),
        *columns("earliest_on latest_on first_owed_on", "DATE"),
        *columns("priority", "INTEGER"),
    ),
)

_A_CUSTOMER = {"customer", "standing"}
PUBLISHED = {
    table.lake_name: published(table, row_a="customer" if table.lake_name in _A_CUSTOMER else "")
    for table in TABLES
}


def decision(name: str) -> TablePromise:
    """What is promised of a decision's rows: who, when, by which rule of which handbook."""
    texts = "customer_id decision rule_id clause handbook_version run_id"
    return TablePromise(
        name,
        ("customer_id",),
        (*columns(texts, "VARCHAR"), ColumnPromise("book_date", "DATE")),
        row_a="current customer",
    )
