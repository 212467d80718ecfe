-- The delivery of the following day: some customers made one booking, everything else is as it was.
-- One current account for each customer who did something; `part` and `sign` come from its number alone.
CREATE OR REPLACE TEMP TABLE changed AS
WITH candidates AS (
    SELECT h.customer_id, min(a.account_id) AS account_id
    FROM before_holders h JOIN before_accounts a USING (account_id) JOIN before_products p USING (product_id)
    WHERE p.kind = 'demand' AND a.closed_on IS NULL AND h.share > 0
    GROUP BY h.customer_id
), drawn AS (
    SELECT DISTINCT ON (account_id) account_id, u(account_id::BIGINT, 901) AS part, u(account_id::BIGINT, 902) AS sign
    FROM candidates WHERE u(customer_id::BIGINT, 900) < getvariable('share')
)
SELECT d.account_id, sign, CASE
        WHEN sign < 0.35 OR b.balance < 100 THEN cents(50 + 0.1 * part * greatest(b.balance, 1000)::DOUBLE)
        ELSE -cents(b.balance::DOUBLE * (0.01 + 0.09 * part)) END AS amount
FROM drawn d JOIN before_balances b ON b.account_id = d.account_id AND b.on_date = getvariable('day');

CREATE OR REPLACE TEMP VIEW out_balances AS
WITH dated AS (
    SELECT account_id, on_date AS was_on, balance, unnest(CASE
        WHEN on_date <> getvariable('day') THEN [on_date]
        WHEN last_day(on_date) = on_date THEN [on_date, on_date + 1]
        ELSE [on_date + 1] END) AS on_date
    FROM before_balances
)
SELECT d.account_id, d.on_date, (d.balance + CASE WHEN d.on_date > getvariable('day') THEN coalesce(c.amount, 0) ELSE 0 END)::DECIMAL(18, 2) AS balance
FROM dated d LEFT JOIN changed c USING (account_id);

-- The new numbers come after all that there were.
CREATE OR REPLACE TEMP VIEW out_transactions AS
SELECT * FROM before_transactions
UNION ALL
SELECT * FROM (
    SELECT '9' || lpad(getvariable('day_number')::VARCHAR, 5, '0') || account_id[4:] AS transaction_id, account_id,
        getvariable('day') + 1 AS on_date, amount, CASE WHEN amount > 0 THEN 'transfer_in' ELSE 'card_payment' END AS kind,
        CASE WHEN amount > 0 THEN 'mobile' ELSE 'terminal' END AS channel, NULL::VARCHAR AS counterparty, true AS by_customer, false AS own_elsewhere
    FROM changed ORDER BY transaction_id
);
