"""Puts the parts of the book together: one row of features a customer, and the tables behind it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import ibis


def build(
    con: ibis.BaseBackend,
    tables: Mapping[str, ibis.Table],
    day: date,
    *,
    book_currency: str,
    time_zone: str,
    notable_from: Decimal = Decimal(50000),
) -> Mapping[str, ibis.Table]:
    """The features of every customer at the end of the book date `day`, and the tables behind them.

    con: the DuckDB connection that holds `tables`; intermediate results become temporary tables of it.
    tables: the extracts by the names of the contract (all twelve; optional ones may be empty), and of the
    ledger `ledger_contacts` (customer_id, at, channel, message_class, direction, outcome) and `assignments`
    (customer_id, banker_id, branch_id); those two may be left out.
    book_currency, time_zone: as the delivery tells them. notable_from: an amount in the book currency.

    Returns expressions, none of them ordered (order by the key when writing):
    - `features`: one row a customer, key customer_id
    - `asset_months`: customer_id, kind, m01 (now) to m24: month-end assets in whole units
    - `asset_history`: customer_id, months (JSON text as customers.AssetHistory holds it)
    - `holdings`: as customers.Holding, key account_id, customer_id
    - `notable_transactions`: as customers.NotableTransaction, key transaction_id
    """
    raise NotImplementedError
