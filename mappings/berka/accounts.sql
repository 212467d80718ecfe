-- The accounts opened on or before the extract's date; the rhythm of statements is the product.
SELECT
    account_id,
    frequency AS product_id,
    'CZK' AS currency,
    opened_on,
    date AS opened_on__raw,
    _file,
    _row
FROM berka_accounts
