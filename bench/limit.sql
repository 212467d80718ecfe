-- The figures of the book as a good analyst would write them by hand, for speed: the limit that the features
-- stage is held to. For a bank that delivers month-end balances (and that of the book date) of 24 months.
-- Before it: views named as the extracts, and SET VARIABLE day, currency, ago_30, ago_90 (balance dates).
SET VARIABLE dates = (
    SELECT list(DISTINCT on_date ORDER BY on_date) FROM balances WHERE on_date <= getvariable('day'));

CREATE OR REPLACE TEMP TABLE limit_accounts AS
SELECT account_id,
    sum(balance) FILTER (on_date = getvariable('dates')[-1]) AS b01,
    sum(balance) FILTER (on_date = getvariable('dates')[-2]) AS b02,
    sum(balance) FILTER (on_date = getvariable('dates')[-3]) AS b03,
    sum(balance) FILTER (on_date = getvariable('dates')[-4]) AS b04,
    sum(balance) FILTER (on_date = getvariable('dates')[-5]) AS b05,
    sum(balance) FILTER (on_date = getvariable('dates')[-6]) AS b06,
    sum(balance) FILTER (on_date = getvariable('dates')[-7]) AS b07,
    sum(balance) FILTER (on_date = getvariable('dates')[-8]) AS b08,
    sum(balance) FILTER (on_date = getvariable('dates')[-9]) AS b09,
    sum(balance) FILTER (on_date = getvariable('dates')[-10]) AS b10,
    sum(balance) FILTER (on_date = getvariable('dates')[-11]) AS b11,
    sum(balance) FILTER (on_date = getvariable('dates')[-12]) AS b12,
    sum(balance) FILTER (on_date = getvariable('dates')[-13]) AS b13,
    sum(balance) FILTER (on_date = getvariable('dates')[-14]) AS b14,
    sum(balance) FILTER (on_date = getvariable('dates')[-15]) AS b15,
    sum(balance) FILTER (on_date = getvariable('dates')[-16]) AS b16,
    sum(balance) FILTER (on_date = getvariable('dates')[-17]) AS b17,
    sum(balance) FILTER (on_date = getvariable('dates')[-18]) AS b18,
    sum(balance) FILTER (on_date = getvariable('dates')[-19]) AS b19,
    sum(balance) FILTER (on_date = getvariable('dates')[-20]) AS b20,
    sum(balance) FILTER (on_date = getvariable('dates')[-21]) AS b21,
    sum(balance) FILTER (on_date = getvariable('dates')[-22]) AS b22,
    sum(balance) FILTER (on_date = getvariable('dates')[-23]) AS b23,
    sum(balance) FILTER (on_date = getvariable('dates')[-24]) AS b24,
    sum(balance) FILTER (on_date = getvariable('dates')[-25]) AS b25
FROM balances GROUP BY account_id;

CREATE OR REPLACE TEMP TABLE limit_rates AS
SELECT account_id, list(rate ORDER BY on_date DESC) AS rates
FROM (
    SELECT a.account_id, d.on_date,
        coalesce(arg_max(r.rate, r.on_date) FILTER (r.on_date <= d.on_date), arg_min(r.rate, r.on_date)) AS rate
    FROM accounts a
    JOIN rates r USING (currency)
    CROSS JOIN (SELECT unnest(getvariable('dates')) AS on_date) d
    WHERE a.currency <> getvariable('currency')
    GROUP BY ALL)
GROUP BY account_id;

CREATE OR REPLACE TEMP TABLE limit_parts AS
WITH money AS (
    SELECT a.account_id, a.product_id, p.kind, p.yearly_margin, a.closed_on, a.matures_on,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b01
            ELSE round(CAST(b01 AS DECIMAL(18,2)) * r.rates[1], 2) END, 0) AS DECIMAL(18,2)) AS b01,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b02
            ELSE round(CAST(b02 AS DECIMAL(18,2)) * r.rates[2], 2) END, 0) AS DECIMAL(18,2)) AS b02,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b03
            ELSE round(CAST(b03 AS DECIMAL(18,2)) * r.rates[3], 2) END, 0) AS DECIMAL(18,2)) AS b03,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b04
            ELSE round(CAST(b04 AS DECIMAL(18,2)) * r.rates[4], 2) END, 0) AS DECIMAL(18,2)) AS b04,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b05
            ELSE round(CAST(b05 AS DECIMAL(18,2)) * r.rates[5], 2) END, 0) AS DECIMAL(18,2)) AS b05,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b06
            ELSE round(CAST(b06 AS DECIMAL(18,2)) * r.rates[6], 2) END, 0) AS DECIMAL(18,2)) AS b06,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b07
            ELSE round(CAST(b07 AS DECIMAL(18,2)) * r.rates[7], 2) END, 0) AS DECIMAL(18,2)) AS b07,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b08
            ELSE round(CAST(b08 AS DECIMAL(18,2)) * r.rates[8], 2) END, 0) AS DECIMAL(18,2)) AS b08,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b09
            ELSE round(CAST(b09 AS DECIMAL(18,2)) * r.rates[9], 2) END, 0) AS DECIMAL(18,2)) AS b09,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b10
            ELSE round(CAST(b10 AS DECIMAL(18,2)) * r.rates[10], 2) END, 0) AS DECIMAL(18,2)) AS b10,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b11
            ELSE round(CAST(b11 AS DECIMAL(18,2)) * r.rates[11], 2) END, 0) AS DECIMAL(18,2)) AS b11,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b12
            ELSE round(CAST(b12 AS DECIMAL(18,2)) * r.rates[12], 2) END, 0) AS DECIMAL(18,2)) AS b12,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b13
            ELSE round(CAST(b13 AS DECIMAL(18,2)) * r.rates[13], 2) END, 0) AS DECIMAL(18,2)) AS b13,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b14
            ELSE round(CAST(b14 AS DECIMAL(18,2)) * r.rates[14], 2) END, 0) AS DECIMAL(18,2)) AS b14,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b15
            ELSE round(CAST(b15 AS DECIMAL(18,2)) * r.rates[15], 2) END, 0) AS DECIMAL(18,2)) AS b15,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b16
            ELSE round(CAST(b16 AS DECIMAL(18,2)) * r.rates[16], 2) END, 0) AS DECIMAL(18,2)) AS b16,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b17
            ELSE round(CAST(b17 AS DECIMAL(18,2)) * r.rates[17], 2) END, 0) AS DECIMAL(18,2)) AS b17,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b18
            ELSE round(CAST(b18 AS DECIMAL(18,2)) * r.rates[18], 2) END, 0) AS DECIMAL(18,2)) AS b18,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b19
            ELSE round(CAST(b19 AS DECIMAL(18,2)) * r.rates[19], 2) END, 0) AS DECIMAL(18,2)) AS b19,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b20
            ELSE round(CAST(b20 AS DECIMAL(18,2)) * r.rates[20], 2) END, 0) AS DECIMAL(18,2)) AS b20,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b21
            ELSE round(CAST(b21 AS DECIMAL(18,2)) * r.rates[21], 2) END, 0) AS DECIMAL(18,2)) AS b21,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b22
            ELSE round(CAST(b22 AS DECIMAL(18,2)) * r.rates[22], 2) END, 0) AS DECIMAL(18,2)) AS b22,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b23
            ELSE round(CAST(b23 AS DECIMAL(18,2)) * r.rates[23], 2) END, 0) AS DECIMAL(18,2)) AS b23,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b24
            ELSE round(CAST(b24 AS DECIMAL(18,2)) * r.rates[24], 2) END, 0) AS DECIMAL(18,2)) AS b24,
        CAST(coalesce(CASE WHEN r.rates IS NULL THEN b25
            ELSE round(CAST(b25 AS DECIMAL(18,2)) * r.rates[25], 2) END, 0) AS DECIMAL(18,2)) AS b25
    FROM accounts a
    JOIN products p USING (product_id)
    LEFT JOIN limit_accounts b USING (account_id)
    LEFT JOIN limit_rates r USING (account_id)
    WHERE a.opened_on <= getvariable('day')),
shared AS (
    SELECT h.customer_id, h.share, m.*,
        row_number() OVER (PARTITION BY account_id ORDER BY share DESC, customer_id) = 1 AS leads
    FROM holders h JOIN money m USING (account_id)
    WHERE h.role <> 'authorised' AND h.share > 0 AND h.share < 1)
SELECT h.customer_id, m.* FROM holders h JOIN money m USING (account_id)
WHERE h.role <> 'authorised' AND h.share = 1
UNION ALL
SELECT customer_id, account_id, product_id, kind, yearly_margin, closed_on, matures_on,
    CASE WHEN leads THEN b01 - coalesce(
        sum(CAST(round(b01 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b01 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b02 - coalesce(
        sum(CAST(round(b02 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b02 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b03 - coalesce(
        sum(CAST(round(b03 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b03 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b04 - coalesce(
        sum(CAST(round(b04 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b04 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b05 - coalesce(
        sum(CAST(round(b05 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b05 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b06 - coalesce(
        sum(CAST(round(b06 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b06 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b07 - coalesce(
        sum(CAST(round(b07 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b07 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b08 - coalesce(
        sum(CAST(round(b08 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b08 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b09 - coalesce(
        sum(CAST(round(b09 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b09 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b10 - coalesce(
        sum(CAST(round(b10 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b10 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b11 - coalesce(
        sum(CAST(round(b11 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b11 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b12 - coalesce(
        sum(CAST(round(b12 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b12 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b13 - coalesce(
        sum(CAST(round(b13 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b13 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b14 - coalesce(
        sum(CAST(round(b14 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b14 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b15 - coalesce(
        sum(CAST(round(b15 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b15 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b16 - coalesce(
        sum(CAST(round(b16 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b16 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b17 - coalesce(
        sum(CAST(round(b17 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b17 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b18 - coalesce(
        sum(CAST(round(b18 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b18 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b19 - coalesce(
        sum(CAST(round(b19 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b19 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b20 - coalesce(
        sum(CAST(round(b20 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b20 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b21 - coalesce(
        sum(CAST(round(b21 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b21 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b22 - coalesce(
        sum(CAST(round(b22 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b22 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b23 - coalesce(
        sum(CAST(round(b23 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b23 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b24 - coalesce(
        sum(CAST(round(b24 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b24 * share, 2) AS DECIMAL(18,2)) END,
    CASE WHEN leads THEN b25 - coalesce(
        sum(CAST(round(b25 * share, 2) AS DECIMAL(18,2))) FILTER (NOT leads) OVER holding, 0)
        ELSE CAST(round(b25 * share, 2) AS DECIMAL(18,2)) END
FROM shared WINDOW holding AS (PARTITION BY account_id);

CREATE OR REPLACE TEMP TABLE limit_money AS
SELECT customer_id,
    count(DISTINCT product_id) FILTER (closed_on IS NULL OR closed_on > getvariable('day')) AS products_held,
    coalesce(sum(b01) FILTER (kind NOT IN ('loan', 'card')), 0) AS a01,
    coalesce(sum(b02) FILTER (kind NOT IN ('loan', 'card')), 0) AS a02,
    coalesce(sum(b03) FILTER (kind NOT IN ('loan', 'card')), 0) AS a03,
    coalesce(sum(b04) FILTER (kind NOT IN ('loan', 'card')), 0) AS a04,
    coalesce(sum(b05) FILTER (kind NOT IN ('loan', 'card')), 0) AS a05,
    coalesce(sum(b06) FILTER (kind NOT IN ('loan', 'card')), 0) AS a06,
    coalesce(sum(b07) FILTER (kind NOT IN ('loan', 'card')), 0) AS a07,
    coalesce(sum(b08) FILTER (kind NOT IN ('loan', 'card')), 0) AS a08,
    coalesce(sum(b09) FILTER (kind NOT IN ('loan', 'card')), 0) AS a09,
    coalesce(sum(b10) FILTER (kind NOT IN ('loan', 'card')), 0) AS a10,
    coalesce(sum(b11) FILTER (kind NOT IN ('loan', 'card')), 0) AS a11,
    coalesce(sum(b12) FILTER (kind NOT IN ('loan', 'card')), 0) AS a12,
    coalesce(sum(b13) FILTER (kind NOT IN ('loan', 'card')), 0) AS a13,
    coalesce(sum(b14) FILTER (kind NOT IN ('loan', 'card')), 0) AS a14,
    coalesce(sum(b15) FILTER (kind NOT IN ('loan', 'card')), 0) AS a15,
    coalesce(sum(b16) FILTER (kind NOT IN ('loan', 'card')), 0) AS a16,
    coalesce(sum(b17) FILTER (kind NOT IN ('loan', 'card')), 0) AS a17,
    coalesce(sum(b18) FILTER (kind NOT IN ('loan', 'card')), 0) AS a18,
    coalesce(sum(b19) FILTER (kind NOT IN ('loan', 'card')), 0) AS a19,
    coalesce(sum(b20) FILTER (kind NOT IN ('loan', 'card')), 0) AS a20,
    coalesce(sum(b21) FILTER (kind NOT IN ('loan', 'card')), 0) AS a21,
    coalesce(sum(b22) FILTER (kind NOT IN ('loan', 'card')), 0) AS a22,
    coalesce(sum(b23) FILTER (kind NOT IN ('loan', 'card')), 0) AS a23,
    coalesce(sum(b24) FILTER (kind NOT IN ('loan', 'card')), 0) AS a24,
    coalesce(sum(b25) FILTER (kind NOT IN ('loan', 'card')), 0) AS a25,
    coalesce(sum(b01) FILTER (kind = 'demand'), 0) AS demand_now,
    coalesce(sum(b01) FILTER (kind = 'time'), 0) AS time_now,
    coalesce(sum(b01) FILTER (kind = 'wealth'), 0) AS wealth_now,
    coalesce(sum(b01) FILTER (kind = 'fund'), 0) AS fund_now,
    coalesce(sum(b01) FILTER (kind = 'insurance'), 0) AS insurance_now,
    coalesce(sum(b01) FILTER (kind = 'metal'), 0) AS metal_now,
    coalesce(-sum(b01) FILTER (kind IN ('loan', 'card')), 0) AS loans_now,
    sum(round(CASE WHEN kind IN ('loan', 'card') THEN -1 ELSE 1 END
        * CAST(b01 + b02 + b03 + b04 + b05 + b06 + b07 + b08 + b09 + b10 + b11 + b12 AS DECIMAL(18,2))
        * yearly_margin / 12, 2)) AS c01,
    sum(round(CASE WHEN kind IN ('loan', 'card') THEN -1 ELSE 1 END
        * CAST(b02 + b03 + b04 + b05 + b06 + b07 + b08 + b09 + b10 + b11 + b12 + b13 AS DECIMAL(18,2))
        * yearly_margin / 12, 2)) AS c02,
    sum(round(CASE WHEN kind IN ('loan', 'card') THEN -1 ELSE 1 END
        * CAST(b03 + b04 + b05 + b06 + b07 + b08 + b09 + b10 + b11 + b12 + b13 + b14 AS DECIMAL(18,2))
        * yearly_margin / 12, 2)) AS c03,
    sum(round(CASE WHEN kind IN ('loan', 'card') THEN -1 ELSE 1 END
        * CAST(b04 + b05 + b06 + b07 + b08 + b09 + b10 + b11 + b12 + b13 + b14 + b15 AS DECIMAL(18,2))
        * yearly_margin / 12, 2)) AS c04,
    sum(round(CASE WHEN kind IN ('loan', 'card') THEN -1 ELSE 1 END
        * CAST(b05 + b06 + b07 + b08 + b09 + b10 + b11 + b12 + b13 + b14 + b15 + b16 AS DECIMAL(18,2))
        * yearly_margin / 12, 2)) AS c05,
    sum(round(CASE WHEN kind IN ('loan', 'card') THEN -1 ELSE 1 END
        * CAST(b06 + b07 + b08 + b09 + b10 + b11 + b12 + b13 + b14 + b15 + b16 + b17 AS DECIMAL(18,2))
        * yearly_margin / 12, 2)) AS c06,
    sum(round(CASE WHEN kind IN ('loan', 'card') THEN -1 ELSE 1 END
        * CAST(b07 + b08 + b09 + b10 + b11 + b12 + b13 + b14 + b15 + b16 + b17 + b18 AS DECIMAL(18,2))
        * yearly_margin / 12, 2)) AS c07,
    sum(round(CASE WHEN kind IN ('loan', 'card') THEN -1 ELSE 1 END
        * CAST(b08 + b09 + b10 + b11 + b12 + b13 + b14 + b15 + b16 + b17 + b18 + b19 AS DECIMAL(18,2))
        * yearly_margin / 12, 2)) AS c08,
    sum(round(CASE WHEN kind IN ('loan', 'card') THEN -1 ELSE 1 END
        * CAST(b09 + b10 + b11 + b12 + b13 + b14 + b15 + b16 + b17 + b18 + b19 + b20 AS DECIMAL(18,2))
        * yearly_margin / 12, 2)) AS c09,
    sum(round(CASE WHEN kind IN ('loan', 'card') THEN -1 ELSE 1 END
        * CAST(b10 + b11 + b12 + b13 + b14 + b15 + b16 + b17 + b18 + b19 + b20 + b21 AS DECIMAL(18,2))
        * yearly_margin / 12, 2)) AS c10,
    sum(round(CASE WHEN kind IN ('loan', 'card') THEN -1 ELSE 1 END
        * CAST(b11 + b12 + b13 + b14 + b15 + b16 + b17 + b18 + b19 + b20 + b21 + b22 AS DECIMAL(18,2))
        * yearly_margin / 12, 2)) AS c11,
    sum(round(CASE WHEN kind IN ('loan', 'card') THEN -1 ELSE 1 END
        * CAST(b12 + b13 + b14 + b15 + b16 + b17 + b18 + b19 + b20 + b21 + b22 + b23 AS DECIMAL(18,2))
        * yearly_margin / 12, 2)) AS c12,
    sum(round(CASE WHEN kind IN ('loan', 'card') THEN -1 ELSE 1 END
        * CAST(b13 + b14 + b15 + b16 + b17 + b18 + b19 + b20 + b21 + b22 + b23 + b24 AS DECIMAL(18,2))
        * yearly_margin / 12, 2)) AS c13
FROM limit_parts GROUP BY customer_id;

CREATE OR REPLACE TEMP TABLE limit_own AS
SELECT customer_id, max(last_on) AS own_transaction_on
FROM (
    SELECT account_id, max(on_date) AS last_on
    FROM transactions WHERE by_customer AND on_date <= getvariable('day') GROUP BY account_id)
JOIN holders USING (account_id)
GROUP BY customer_id;

CREATE OR REPLACE TEMP TABLE limit_flows AS
SELECT customer_id, sum(cents) FILTER (cents > 0) AS inflow_30d, -sum(cents) FILTER (cents < 0) AS outflow_30d,
    max(-cents) FILTER (cents < 0) AS outflow_largest_30d,
    max(-cents) FILTER (cents < 0 AND own_elsewhere) AS outflow_largest_own_30d
FROM (
    SELECT h.customer_id, t.own_elsewhere,
        CAST(round(CAST(CASE WHEN r.rates IS NULL THEN t.amount ELSE round(t.amount * r.rates[1], 2) END
            AS DECIMAL(18,2)) * h.share, 2) AS DECIMAL(18,2)) AS cents
    FROM transactions t JOIN holders h USING (account_id) LEFT JOIN limit_rates r USING (account_id)
    WHERE t.on_date > getvariable('day') - 30 AND t.on_date <= getvariable('day') AND h.share > 0
        AND t.kind NOT IN ('buy', 'sell', 'maturity', 'internal', 'loan_drawdown', 'loan_payment',
            'interest', 'penalty_interest', 'fee'))
GROUP BY customer_id;

CREATE OR REPLACE TEMP TABLE limit_features AS
SELECT c.customer_id,
    coalesce(a01, 0) AS assets_month_01,
    coalesce(a02, 0) AS assets_month_02,
    coalesce(a03, 0) AS assets_month_03,
    coalesce(a04, 0) AS assets_month_04,
    coalesce(a05, 0) AS assets_month_05,
    coalesce(a06, 0) AS assets_month_06,
    coalesce(a07, 0) AS assets_month_07,
    coalesce(a08, 0) AS assets_month_08,
    coalesce(a09, 0) AS assets_month_09,
    coalesce(a10, 0) AS assets_month_10,
    coalesce(a11, 0) AS assets_month_11,
    coalesce(a12, 0) AS assets_month_12,
    coalesce(a13, 0) AS assets_month_13,
    coalesce(a01, 0) AS assets_now,
    coalesce(greatest(a01, a02, a03, a04, a05, a06, a07, a08, a09, a10, a11, a12, a13), 0) AS assets_peak_12m,
    coalesce(products_held, 0) AS products_held, coalesce(loans_now, 0) AS loans_now,
    coalesce(demand_now, 0) AS demand_now,
    coalesce(time_now, 0) AS time_now,
    coalesce(wealth_now, 0) AS wealth_now,
    coalesce(fund_now, 0) AS fund_now,
    coalesce(insurance_now, 0) AS insurance_now,
    coalesce(metal_now, 0) AS metal_now,
    coalesce(inflow_30d, 0) AS inflow_30d, coalesce(outflow_30d, 0) AS outflow_30d,
    coalesce(outflow_largest_30d, 0) AS outflow_largest_30d,
    coalesce(outflow_largest_own_30d, 0) AS outflow_largest_own_30d, own_transaction_on,
    c01 AS margin_m01,
    c02 AS margin_m02,
    c03 AS margin_m03,
    c04 AS margin_m04,
    c05 AS margin_m05,
    c06 AS margin_m06,
    c07 AS margin_m07,
    c08 AS margin_m08,
    c09 AS margin_m09,
    c10 AS margin_m10,
    c11 AS margin_m11,
    c12 AS margin_m12,
    c13 AS margin_m13
FROM customers c
LEFT JOIN limit_money USING (customer_id)
LEFT JOIN limit_own USING (customer_id)
LEFT JOIN limit_flows USING (customer_id);
