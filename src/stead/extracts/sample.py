"""A small part of a core system's rows that hangs together: some customers and all that belongs to them."""

from collections.abc import Callable, Mapping

import duckdb

Explain = Callable[[str, Exception], Exception]

# The tables that are narrowed, with the condition under which a row belongs to the sample.
NARROWED = {
    "relationships": "customer_id IN (FROM sample_ids) AND other_id IN (FROM sample_ids)",
    "accounts": "account_id IN (FROM sample_account_ids)",
    "balances": "account_id IN (FROM sample_account_ids)",
    "transactions": "account_id IN (FROM sample_account_ids)",
    "contacts": "customer_id IN (FROM sample_ids)",
    "consents": "customer_id IN (FROM sample_ids)",
}


def sampled(
    con: duckdb.DuckDBPyConnection, tables: Mapping[str, str], customers: int, explain: Explain
) -> dict[str, str]:
    """The tables narrowed to the first customers by number, who shares an account with them, and their rows.

    tables: what stands behind FROM, by table of the contract. Raises what `explain` makes of an error.
    """
    try:
        con.execute(f"CREATE OR REPLACE TEMP TABLE sample_customers AS SELECT * FROM {tables['customers']}")
        con.execute(f"CREATE OR REPLACE TEMP TABLE sample_holders AS SELECT * FROM {tables['holders']}")
    except duckdb.Error as error:
        raise explain("customers", error) from None
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE sample_account_ids AS
        SELECT DISTINCT account_id FROM sample_holders WHERE customer_id IN
        (SELECT customer_id FROM sample_customers ORDER BY customer_id LIMIT {customers})"""
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE sample_ids AS
        (SELECT customer_id FROM sample_customers ORDER BY customer_id LIMIT {customers}) UNION
        SELECT customer_id FROM sample_holders WHERE account_id IN (FROM sample_account_ids)"""
    )
    narrowed = {
        name: f"(SELECT * FROM {tables[name]} WHERE {condition})"
        for name, condition in NARROWED.items()
        if name in tables
    }
    of_sample = {
        "customers": "(SELECT * FROM sample_customers WHERE customer_id IN (FROM sample_ids))",
        "holders": "(SELECT * FROM sample_holders WHERE account_id IN (FROM sample_account_ids))",
    }
    return {**tables, **narrowed, **of_sample}
