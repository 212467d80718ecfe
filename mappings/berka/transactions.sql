-- The bookings up to the extract's date. A transfer out for which there is a standing order of the same amount to
-- the same account was not made by the customer on that day; nor were interest, fees, pensions and money from others.
WITH orders AS (
    SELECT DISTINCT
        account_id, account_to, bank_to, read_money(amount) AS amount
    FROM "order"
),

told AS (
    SELECT
        t.*,
        CASE
            WHEN t.k_symbol = 'UROK' THEN 'interest'
            WHEN t.k_symbol = 'SANKC. UROK' THEN 'penalty_interest'
            WHEN t.k_symbol = 'SLUZBY' THEN 'fee'
            WHEN t.k_symbol = 'DUCHOD' THEN 'pension'
            WHEN t.k_symbol = 'UVER' THEN 'loan_payment'
            WHEN t.k_symbol = 'POJISTNE' THEN 'insurance_premium'
            WHEN t.operation = 'VKLAD' THEN 'cash_in'
            WHEN t.operation IN ('VYBER', 'VYBER KARTOU') THEN 'cash_out'
            WHEN t.operation = 'PREVOD Z UCTU' THEN 'transfer_in'
            WHEN t.operation = 'PREVOD NA UCET' AND (t.k_symbol = 'SIPO' OR o.account_id IS NOT NULL)
                THEN 'standing_order'
            WHEN t.operation = 'PREVOD NA UCET' THEN 'transfer_out'
            ELSE 'other'
        END AS kind
    FROM trans t
    LEFT JOIN orders o
        ON t.account_id = o.account_id AND t.account = o.account_to AND t.bank = o.bank_to
        AND read_money(t.amount) = o.amount
    WHERE berka_day(t.date) <= extract_date() OR berka_day(t.date) IS NULL
)

SELECT
    trans_id AS transaction_id,
    account_id,
    berka_day(date) AS on_date,
    date AS on_date__raw,
    berka_signed(type, amount) AS amount,
    concat_ws(' ', type, amount) AS amount__raw,
    kind,
    CASE
        WHEN kind IN ('interest', 'penalty_interest', 'fee', 'standing_order') THEN 'system'
        WHEN operation = 'VYBER KARTOU' THEN 'atm'
        WHEN operation IN ('VKLAD', 'VYBER') THEN 'branch'
        ELSE 'other'
    END AS channel,
    nullif(concat_ws(' ', bank, account), '') AS counterparty,
    kind IN ('cash_in', 'cash_out', 'transfer_out') AS by_customer,
    _file,
    _row
FROM told
