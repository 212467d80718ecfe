-- The features of the book as a good analyst would write them by hand, for speed: the limit that the features
-- stage is held to. For a bank that delivers month-end balances (and that of the book date) of 24 months.
-- Before it: views named as the extracts, a table lunar_births (birth_date, lunar_next_on, lunar_next_years), and SET VARIABLE day,
-- work_date, currency. Amounts are whole cents (BIGINT) until they are written.
CREATE OR REPLACE MACRO today() AS getvariable('day');
CREATE OR REPLACE MACRO work_date() AS getvariable('work_date');
CREATE OR REPLACE MACRO month_start(back) AS CAST(date_trunc('month', today()) - to_months(back) AS DATE);
CREATE OR REPLACE MACRO money(cents) AS CAST(CAST(cents AS DECIMAL(18,0)) * CAST(0.01 AS DECIMAL(3,2)) AS DECIMAL(18,2));
CREATE OR REPLACE MACRO quotient(dividend, divisor) AS
    (dividend * 2 + CASE WHEN dividend < 0 THEN -divisor ELSE divisor END) // (2 * divisor);
CREATE OR REPLACE MACRO ratio(part, whole) AS
    CASE WHEN whole > 0 THEN CAST(round(part / whole, 4) AS DECIMAL(18,4)) END;
CREATE OR REPLACE MACRO slots(first, count) AS ((1::BIGINT << count) - 1) << (first - 1);
CREATE OR REPLACE MACRO known(value, unknown, bits) AS CASE WHEN unknown & bits = 0 THEN value END;
CREATE OR REPLACE MACRO weighed(days) AS list_sum([CASE WHEN days[i] > 0 THEN slots(i, 1) ELSE 0 END FOR i IN range(1, 6)])::BIGINT;
CREATE OR REPLACE MACRO is_leap(y) AS (y % 4 = 0 AND y % 100 <> 0) OR y % 400 = 0;
CREATE OR REPLACE MACRO kept_in(born, y) AS make_date(y, month(born),
    CASE WHEN month(born) = 2 AND day(born) = 29 AND NOT is_leap(y) THEN 28 ELSE day(born) END);
CREATE OR REPLACE MACRO next_year_of(born) AS greatest(year(born) + 1,
    year(today()) + CASE WHEN kept_in(born, year(today())) <= today() THEN 1 ELSE 0 END);
CREATE OR REPLACE MACRO next_on(born) AS kept_in(born, next_year_of(born));

SET VARIABLE dates = (
    SELECT list(DISTINCT on_date ORDER BY on_date DESC) FROM balances WHERE on_date <= today());
SET VARIABLE ago_30 = (
    SELECT greatest(count(*), 1) + 1 FROM unnest(getvariable('dates')[2:]) d(on_date) WHERE on_date >= today() - 30);
SET VARIABLE ago_90 = (
    SELECT greatest(count(*), 1) + 1 FROM unnest(getvariable('dates')[2:]) d(on_date) WHERE on_date >= today() - 90);
-- For how many days of a window each of the latest four balances stands.
SET VARIABLE days_30 = (SELECT list(greatest(0, date_diff('day', greatest(getvariable('dates')[i + 1], today() - 30),
    least(getvariable('dates')[i], today()))) ORDER BY i) FROM range(1, 6) r(i));
SET VARIABLE days_90 = (SELECT list(greatest(0, date_diff('day', greatest(getvariable('dates')[i + 1], today() - 90),
    least(getvariable('dates')[i], today()))) ORDER BY i) FROM range(1, 6) r(i));

-- Which of the balances of whom are unknown, as bits: the latest date is the lowest. No date: nothing is known.
CREATE OR REPLACE TEMP TABLE limit_unknown AS
SELECT customer_id,
    coalesce(bit_or(bits) FILTER (coalesce(kind, '') NOT IN ('loan', 'card')), 0) AS unknown_assets,
    bit_or(bits) AS unknown_any,
    bool_or(coalesce(kind, 'loan') IN ('loan', 'card') AND bits & 1 <> 0) AS unknown_owed,
    left(string_agg(DISTINCT account_id, ', ' ORDER BY account_id), 200) AS unknown_accounts
FROM (
    SELECT u.account_id, u.customer_id, kind, CASE WHEN on_date IS NULL THEN slots(1, 25)
        ELSE slots(CAST(list_position(getvariable('dates')[:25], on_date) AS INTEGER), 1) END AS bits
    FROM unknown_balances u LEFT JOIN accounts USING (account_id) LEFT JOIN products USING (product_id))
WHERE bits IS NOT NULL GROUP BY customer_id;

CREATE OR REPLACE TEMP TABLE limit_laid AS
SELECT account_id,
    max(CASE WHEN on_date = getvariable('dates')[1] THEN balance END) AS b01,
    max(CASE WHEN on_date = getvariable('dates')[2] THEN balance END) AS b02,
    max(CASE WHEN on_date = getvariable('dates')[3] THEN balance END) AS b03,
    max(CASE WHEN on_date = getvariable('dates')[4] THEN balance END) AS b04,
    max(CASE WHEN on_date = getvariable('dates')[5] THEN balance END) AS b05,
    max(CASE WHEN on_date = getvariable('dates')[6] THEN balance END) AS b06,
    max(CASE WHEN on_date = getvariable('dates')[7] THEN balance END) AS b07,
    max(CASE WHEN on_date = getvariable('dates')[8] THEN balance END) AS b08,
    max(CASE WHEN on_date = getvariable('dates')[9] THEN balance END) AS b09,
    max(CASE WHEN on_date = getvariable('dates')[10] THEN balance END) AS b10,
    max(CASE WHEN on_date = getvariable('dates')[11] THEN balance END) AS b11,
    max(CASE WHEN on_date = getvariable('dates')[12] THEN balance END) AS b12,
    max(CASE WHEN on_date = getvariable('dates')[13] THEN balance END) AS b13,
    max(CASE WHEN on_date = getvariable('dates')[14] THEN balance END) AS b14,
    max(CASE WHEN on_date = getvariable('dates')[15] THEN balance END) AS b15,
    max(CASE WHEN on_date = getvariable('dates')[16] THEN balance END) AS b16,
    max(CASE WHEN on_date = getvariable('dates')[17] THEN balance END) AS b17,
    max(CASE WHEN on_date = getvariable('dates')[18] THEN balance END) AS b18,
    max(CASE WHEN on_date = getvariable('dates')[19] THEN balance END) AS b19,
    max(CASE WHEN on_date = getvariable('dates')[20] THEN balance END) AS b20,
    max(CASE WHEN on_date = getvariable('dates')[21] THEN balance END) AS b21,
    max(CASE WHEN on_date = getvariable('dates')[22] THEN balance END) AS b22,
    max(CASE WHEN on_date = getvariable('dates')[23] THEN balance END) AS b23,
    max(CASE WHEN on_date = getvariable('dates')[24] THEN balance END) AS b24,
    max(CASE WHEN on_date = getvariable('dates')[25] THEN balance END) AS b25
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
WITH cents AS (
    SELECT account_id, CAST(COLUMNS('^b[0-9]+$') * 100 AS BIGINT)
    FROM limit_laid ANTI JOIN limit_rates USING (account_id)
    UNION ALL
    SELECT account_id,
    CAST(round(b01 * rates[1], 2) * 100 AS BIGINT),
    CAST(round(b02 * rates[2], 2) * 100 AS BIGINT),
    CAST(round(b03 * rates[3], 2) * 100 AS BIGINT),
    CAST(round(b04 * rates[4], 2) * 100 AS BIGINT),
    CAST(round(b05 * rates[5], 2) * 100 AS BIGINT),
    CAST(round(b06 * rates[6], 2) * 100 AS BIGINT),
    CAST(round(b07 * rates[7], 2) * 100 AS BIGINT),
    CAST(round(b08 * rates[8], 2) * 100 AS BIGINT),
    CAST(round(b09 * rates[9], 2) * 100 AS BIGINT),
    CAST(round(b10 * rates[10], 2) * 100 AS BIGINT),
    CAST(round(b11 * rates[11], 2) * 100 AS BIGINT),
    CAST(round(b12 * rates[12], 2) * 100 AS BIGINT),
    CAST(round(b13 * rates[13], 2) * 100 AS BIGINT),
    CAST(round(b14 * rates[14], 2) * 100 AS BIGINT),
    CAST(round(b15 * rates[15], 2) * 100 AS BIGINT),
    CAST(round(b16 * rates[16], 2) * 100 AS BIGINT),
    CAST(round(b17 * rates[17], 2) * 100 AS BIGINT),
    CAST(round(b18 * rates[18], 2) * 100 AS BIGINT),
    CAST(round(b19 * rates[19], 2) * 100 AS BIGINT),
    CAST(round(b20 * rates[20], 2) * 100 AS BIGINT),
    CAST(round(b21 * rates[21], 2) * 100 AS BIGINT),
    CAST(round(b22 * rates[22], 2) * 100 AS BIGINT),
    CAST(round(b23 * rates[23], 2) * 100 AS BIGINT),
    CAST(round(b24 * rates[24], 2) * 100 AS BIGINT),
    CAST(round(b25 * rates[25], 2) * 100 AS BIGINT)
    FROM limit_laid JOIN limit_rates USING (account_id)),
money AS (
    SELECT a.account_id, a.product_id, p.kind, p.kind NOT IN ('loan', 'card') AS is_asset, a.closed_on, a.matures_on,
        CAST(p.yearly_margin * 1000000 AS BIGINT) * CASE WHEN is_asset THEN 1 ELSE -1 END AS earns,
        coalesce(COLUMNS('^b[0-9]+$'), 0)
    FROM accounts a JOIN products p USING (product_id) LEFT JOIN cents USING (account_id)
    WHERE a.opened_on <= today()),
shared AS (
    SELECT h.customer_id, h.share, m.*,
        row_number() OVER (PARTITION BY account_id ORDER BY share DESC, customer_id) = 1 AS leads
    FROM holders h JOIN money m USING (account_id)
    WHERE h.role <> 'authorised' AND h.share > 0 AND h.share < 1)
SELECT h.customer_id, m.* FROM holders h JOIN money m USING (account_id)
WHERE h.role <> 'authorised' AND h.share = 1
UNION ALL
SELECT customer_id, account_id, product_id, kind, is_asset, closed_on, matures_on, earns,
    CASE WHEN leads THEN COLUMNS('^b[0-9]+$') - coalesce(sum(CAST(round(COLUMNS('^b[0-9]+$') * share) AS BIGINT))
        FILTER (NOT leads) OVER (PARTITION BY account_id), 0)
    ELSE CAST(round(COLUMNS('^b[0-9]+$') * share) AS BIGINT) END
FROM shared;

CREATE OR REPLACE TEMP TABLE limit_money AS
WITH totals AS (
    SELECT *,
        b01+b02+b03+b04+b05+b06+b07+b08+b09+b10+b11+b12 AS t01,
        b02+b03+b04+b05+b06+b07+b08+b09+b10+b11+b12+b13 AS t02,
        b03+b04+b05+b06+b07+b08+b09+b10+b11+b12+b13+b14 AS t03,
        b04+b05+b06+b07+b08+b09+b10+b11+b12+b13+b14+b15 AS t04,
        b05+b06+b07+b08+b09+b10+b11+b12+b13+b14+b15+b16 AS t05,
        b06+b07+b08+b09+b10+b11+b12+b13+b14+b15+b16+b17 AS t06,
        b07+b08+b09+b10+b11+b12+b13+b14+b15+b16+b17+b18 AS t07,
        b08+b09+b10+b11+b12+b13+b14+b15+b16+b17+b18+b19 AS t08,
        b09+b10+b11+b12+b13+b14+b15+b16+b17+b18+b19+b20 AS t09,
        b10+b11+b12+b13+b14+b15+b16+b17+b18+b19+b20+b21 AS t10,
        b11+b12+b13+b14+b15+b16+b17+b18+b19+b20+b21+b22 AS t11,
        b12+b13+b14+b15+b16+b17+b18+b19+b20+b21+b22+b23 AS t12,
        b13+b14+b15+b16+b17+b18+b19+b20+b21+b22+b23+b24 AS t13
    FROM limit_parts),
earned AS (
    SELECT *,
        (t01 * earns * 2 + CASE WHEN t01 < 0 THEN -12000000 ELSE 12000000 END * sign(earns)::BIGINT) // 24000000 AS c01,
        (t02 * earns * 2 + CASE WHEN t02 < 0 THEN -12000000 ELSE 12000000 END * sign(earns)::BIGINT) // 24000000 AS c02,
        (t03 * earns * 2 + CASE WHEN t03 < 0 THEN -12000000 ELSE 12000000 END * sign(earns)::BIGINT) // 24000000 AS c03,
        (t04 * earns * 2 + CASE WHEN t04 < 0 THEN -12000000 ELSE 12000000 END * sign(earns)::BIGINT) // 24000000 AS c04,
        (t05 * earns * 2 + CASE WHEN t05 < 0 THEN -12000000 ELSE 12000000 END * sign(earns)::BIGINT) // 24000000 AS c05,
        (t06 * earns * 2 + CASE WHEN t06 < 0 THEN -12000000 ELSE 12000000 END * sign(earns)::BIGINT) // 24000000 AS c06,
        (t07 * earns * 2 + CASE WHEN t07 < 0 THEN -12000000 ELSE 12000000 END * sign(earns)::BIGINT) // 24000000 AS c07,
        (t08 * earns * 2 + CASE WHEN t08 < 0 THEN -12000000 ELSE 12000000 END * sign(earns)::BIGINT) // 24000000 AS c08,
        (t09 * earns * 2 + CASE WHEN t09 < 0 THEN -12000000 ELSE 12000000 END * sign(earns)::BIGINT) // 24000000 AS c09,
        (t10 * earns * 2 + CASE WHEN t10 < 0 THEN -12000000 ELSE 12000000 END * sign(earns)::BIGINT) // 24000000 AS c10,
        (t11 * earns * 2 + CASE WHEN t11 < 0 THEN -12000000 ELSE 12000000 END * sign(earns)::BIGINT) // 24000000 AS c11,
        (t12 * earns * 2 + CASE WHEN t12 < 0 THEN -12000000 ELSE 12000000 END * sign(earns)::BIGINT) // 24000000 AS c12,
        (t13 * earns * 2 + CASE WHEN t13 < 0 THEN -12000000 ELSE 12000000 END * sign(earns)::BIGINT) // 24000000 AS c13
    FROM totals)
SELECT customer_id,
    count(DISTINCT product_id) FILTER (closed_on IS NULL OR closed_on > today()) AS products_held,
    CAST(sum(CASE WHEN is_asset THEN COLUMNS('^b([0-9]+)$') ELSE 0 END) AS BIGINT) AS 'a\1',
    CAST(sum(COLUMNS('^c[0-9]+$')) AS BIGINT),
    CAST(sum(CASE WHEN kind = 'demand' THEN b01 ELSE 0 END) AS BIGINT) AS demand_now,
    CAST(sum(CASE WHEN kind = 'time' THEN b01 ELSE 0 END) AS BIGINT) AS time_now,
    CAST(sum(CASE WHEN kind = 'wealth' THEN b01 ELSE 0 END) AS BIGINT) AS wealth_now,
    CAST(sum(CASE WHEN kind = 'fund' THEN b01 ELSE 0 END) AS BIGINT) AS fund_now,
    CAST(sum(CASE WHEN kind = 'insurance' THEN b01 ELSE 0 END) AS BIGINT) AS insurance_now,
    CAST(sum(CASE WHEN kind = 'metal' THEN b01 ELSE 0 END) AS BIGINT) AS metal_now,
    CAST(sum(CASE WHEN is_asset THEN 0 ELSE -b01 END) AS BIGINT) AS loans_now
FROM earned GROUP BY customer_id;

CREATE OR REPLACE TEMP TABLE limit_maturities AS
SELECT customer_id, min(matures_on) AS maturity_next_on,
    arg_min_null(CASE WHEN NOT is_open THEN cents END, matures_on) AS maturity_cents
FROM (
    SELECT customer_id, matures_on, CAST(sum(b01) AS BIGINT) AS cents,
        bool_or(account_id IN (SELECT account_id FROM unknown_balances WHERE on_date = getvariable('dates')[1])) AS is_open
    FROM limit_parts WHERE is_asset AND matures_on > today() AND (closed_on IS NULL OR closed_on > today())
    GROUP BY ALL)
GROUP BY customer_id;

CREATE OR REPLACE TEMP TABLE limit_own AS
SELECT customer_id, max(last_on) AS own_transaction_on
FROM (
    SELECT account_id, max(on_date) AS last_on
    FROM transactions WHERE by_customer AND on_date <= today() GROUP BY account_id)
JOIN holders USING (account_id)
GROUP BY customer_id;

-- What was booked of late, once for each owner with the owner's part of it.
CREATE OR REPLACE TEMP TABLE limit_booked AS
SELECT h.customer_id, t.on_date, t.kind, coalesce(t.own_elsewhere, false) AS own_elsewhere,
    CAST(round(CAST(CASE WHEN r.rates IS NULL THEN t.amount ELSE round(t.amount * r.rates[1], 2) END
        AS DECIMAL(18,2)) * 100 * h.share) AS BIGINT) AS cents
FROM transactions t JOIN holders h USING (account_id) LEFT JOIN limit_rates r USING (account_id)
WHERE t.on_date <= today() AND h.share > 0
    AND ((t.on_date > today() - 30) OR (t.kind = 'fee' AND t.amount < 0));

CREATE OR REPLACE TEMP TABLE limit_fees AS
SELECT customer_id,
    sum(CASE WHEN on_date >= month_start(11) AND on_date < month_start(-1) THEN -cents ELSE 0 END) AS f01,
    sum(CASE WHEN on_date >= month_start(12) AND on_date < month_start(0) THEN -cents ELSE 0 END) AS f02,
    sum(CASE WHEN on_date >= month_start(13) AND on_date < month_start(1) THEN -cents ELSE 0 END) AS f03,
    sum(CASE WHEN on_date >= month_start(14) AND on_date < month_start(2) THEN -cents ELSE 0 END) AS f04,
    sum(CASE WHEN on_date >= month_start(15) AND on_date < month_start(3) THEN -cents ELSE 0 END) AS f05,
    sum(CASE WHEN on_date >= month_start(16) AND on_date < month_start(4) THEN -cents ELSE 0 END) AS f06,
    sum(CASE WHEN on_date >= month_start(17) AND on_date < month_start(5) THEN -cents ELSE 0 END) AS f07,
    sum(CASE WHEN on_date >= month_start(18) AND on_date < month_start(6) THEN -cents ELSE 0 END) AS f08,
    sum(CASE WHEN on_date >= month_start(19) AND on_date < month_start(7) THEN -cents ELSE 0 END) AS f09,
    sum(CASE WHEN on_date >= month_start(20) AND on_date < month_start(8) THEN -cents ELSE 0 END) AS f10,
    sum(CASE WHEN on_date >= month_start(21) AND on_date < month_start(9) THEN -cents ELSE 0 END) AS f11,
    sum(CASE WHEN on_date >= month_start(22) AND on_date < month_start(10) THEN -cents ELSE 0 END) AS f12,
    sum(CASE WHEN on_date >= month_start(23) AND on_date < month_start(11) THEN -cents ELSE 0 END) AS f13
FROM limit_booked WHERE kind = 'fee' AND cents < 0 GROUP BY customer_id;

CREATE OR REPLACE TEMP TABLE limit_flows AS
SELECT customer_id, CAST(sum(cents) FILTER (cents > 0) AS BIGINT) AS inflow,
    CAST(-sum(cents) FILTER (cents < 0) AS BIGINT) AS outflow,
    max(struct_pack(cents := cents, on_date := on_date)) FILTER (cents > 0) AS most_in,
    max(struct_pack(cents := -cents, on_date := on_date)) FILTER (cents < 0) AS most_out,
    max(struct_pack(cents := -cents, on_date := on_date)) FILTER (cents < 0 AND own_elsewhere) AS most_own
FROM limit_booked
WHERE on_date > today() - 30 AND kind NOT IN ('buy', 'sell', 'maturity', 'internal', 'loan_drawdown',
    'loan_payment', 'interest', 'penalty_interest', 'fee')
GROUP BY customer_id;

CREATE OR REPLACE TEMP TABLE limit_idle AS
WITH near AS (FROM limit_booked WHERE on_date > today() - 7 AND kind IN ('maturity', 'buy')),
first AS (SELECT customer_id, min(on_date) AS since FROM near WHERE kind = 'maturity' GROUP BY customer_id),
moved AS (
    SELECT customer_id, kind, min(since) AS since,
        greatest(sum(CASE WHEN cents > 0 THEN cents ELSE 0 END), sum(CASE WHEN cents < 0 THEN -cents ELSE 0 END)) AS cents
    FROM near JOIN first USING (customer_id) WHERE on_date >= since GROUP BY customer_id, kind)
SELECT customer_id, min(since) AS idle_since,
    CAST(sum(CASE WHEN kind = 'maturity' THEN cents ELSE -cents END) AS BIGINT) AS idle_cents
FROM moved GROUP BY customer_id
HAVING sum(CASE WHEN kind = 'maturity' THEN cents ELSE -cents END) > 0;

CREATE OR REPLACE TEMP TABLE limit_consents AS
SELECT customer_id, max(word) % 2 = 0 AS is_granted
FROM (
    SELECT customer_id, date_diff('day', DATE '1970-01-01', on_date) * 2 + CASE WHEN granted THEN 0 ELSE 1 END AS word
    FROM consents WHERE on_date <= today()
    UNION ALL
    SELECT customer_id, date_diff('day', DATE '1970-01-01', on_date) * 2 + 1
    FROM contacts WHERE outcome = 'refused' AND on_date <= today())
GROUP BY customer_id;

CREATE OR REPLACE TEMP TABLE limit_contacts AS
SELECT customer_id,
    max(on_date) FILTER (owed) AS contact_last_on,
    max(on_date) AS contact_shown_on,
    max(on_date) FILTER (uses_up AND channel = 'call') AS contact_last_call_on,
    max(on_date) FILTER (uses_up AND channel = 'visit') AS contact_last_visit_on,
    max(on_date) FILTER (uses_up AND channel = 'wecom') AS contact_last_wecom_on,
    max(on_date) FILTER (uses_up AND channel = 'sms') AS contact_last_sms_on,
    max(on_date) FILTER (uses_up AND channel = 'email') AS contact_last_email_on,
    max(on_date) FILTER (uses_up AND message_class = 'statutory') AS contact_last_statutory_on,
    max(on_date) FILTER (uses_up AND message_class = 'service') AS contact_last_service_on,
    max(on_date) FILTER (uses_up AND message_class = 'relationship') AS contact_last_relationship_on,
    max(on_date) FILTER (uses_up AND message_class = 'marketing') AS contact_last_marketing_on,
    count(*) FILTER (uses_up AND on_date > work_date() - 1 AND channel = 'call') AS contacts_call_1d,
    count(*) FILTER (uses_up AND on_date > work_date() - 1 AND channel = 'visit') AS contacts_visit_1d,
    count(*) FILTER (uses_up AND on_date > work_date() - 1 AND channel = 'wecom') AS contacts_wecom_1d,
    count(*) FILTER (uses_up AND on_date > work_date() - 1 AND channel = 'sms') AS contacts_sms_1d,
    count(*) FILTER (uses_up AND on_date > work_date() - 1 AND channel = 'email') AS contacts_email_1d,
    count(*) FILTER (uses_up AND on_date > work_date() - 1 AND message_class = 'statutory') AS contacts_statutory_1d,
    count(*) FILTER (uses_up AND on_date > work_date() - 1 AND message_class = 'service') AS contacts_service_1d,
    count(*) FILTER (uses_up AND on_date > work_date() - 1 AND message_class = 'relationship') AS contacts_relationship_1d,
    count(*) FILTER (uses_up AND on_date > work_date() - 1 AND message_class = 'marketing') AS contacts_marketing_1d,
    count(*) FILTER (uses_up AND on_date > work_date() - 7) AS contacts_7d,
    count(*) FILTER (uses_up AND on_date > work_date() - 7 AND channel = 'call') AS contacts_call_7d,
    count(*) FILTER (uses_up AND on_date > work_date() - 7 AND channel = 'visit') AS contacts_visit_7d,
    count(*) FILTER (uses_up AND on_date > work_date() - 7 AND channel = 'wecom') AS contacts_wecom_7d,
    count(*) FILTER (uses_up AND on_date > work_date() - 7 AND channel = 'sms') AS contacts_sms_7d,
    count(*) FILTER (uses_up AND on_date > work_date() - 7 AND channel = 'email') AS contacts_email_7d,
    count(*) FILTER (uses_up AND on_date > work_date() - 7 AND message_class = 'statutory') AS contacts_statutory_7d,
    count(*) FILTER (uses_up AND on_date > work_date() - 7 AND message_class = 'service') AS contacts_service_7d,
    count(*) FILTER (uses_up AND on_date > work_date() - 7 AND message_class = 'relationship') AS contacts_relationship_7d,
    count(*) FILTER (uses_up AND on_date > work_date() - 7 AND message_class = 'marketing') AS contacts_marketing_7d,
    count(*) FILTER (uses_up AND on_date > work_date() - 30) AS contacts_30d,
    count(*) FILTER (uses_up AND on_date > work_date() - 30 AND channel = 'call') AS contacts_call_30d,
    count(*) FILTER (uses_up AND on_date > work_date() - 30 AND channel = 'visit') AS contacts_visit_30d,
    count(*) FILTER (uses_up AND on_date > work_date() - 30 AND channel = 'wecom') AS contacts_wecom_30d,
    count(*) FILTER (uses_up AND on_date > work_date() - 30 AND channel = 'sms') AS contacts_sms_30d,
    count(*) FILTER (uses_up AND on_date > work_date() - 30 AND channel = 'email') AS contacts_email_30d,
    count(*) FILTER (uses_up AND on_date > work_date() - 30 AND message_class = 'statutory') AS contacts_statutory_30d,
    count(*) FILTER (uses_up AND on_date > work_date() - 30 AND message_class = 'service') AS contacts_service_30d,
    count(*) FILTER (uses_up AND on_date > work_date() - 30 AND message_class = 'relationship') AS contacts_relationship_30d,
    count(*) FILTER (uses_up AND on_date > work_date() - 30 AND message_class = 'marketing') AS contacts_marketing_30d
FROM (
    SELECT *, direction = 'out' AS uses_up,
        CASE WHEN direction = 'out' THEN message_class IN ('service', 'relationship') AND outcome IS DISTINCT FROM 'refused'
            ELSE coalesce(outcome, 'reached') IN ('reached', 'follow_up') END AS owed
    FROM contacts WHERE on_date <= today() AND coalesce(outcome, 'reached') <> 'not_reached')
GROUP BY customer_id;

CREATE OR REPLACE TEMP VIEW limit_joined AS
SELECT c.*, lunar_next_on, lunar_next_years, rate, is_granted, inflow, outflow, most_in, most_out, most_own, own_transaction_on,
    maturity_next_on, maturity_cents, idle_cents, idle_since, k.* EXCLUDE (customer_id), e.* EXCLUDE (customer_id),
    coalesce(unknown_assets, 0) AS unknown_assets, coalesce(unknown_any, 0) AS unknown_any,
    coalesce(unknown_owed, false) AS unknown_owed, coalesce(unknown_accounts, '') AS unknown_accounts,
    coalesce(COLUMNS(m.* EXCLUDE (customer_id)), 0)
FROM customers c
LEFT JOIN limit_unknown y USING (customer_id)
LEFT JOIN lunar_births l ON c.lunar_birthday AND l.birth_date = c.birth_date
LEFT JOIN (
    SELECT currency, coalesce(arg_max(rate, on_date) FILTER (on_date <= today()), arg_min(rate, on_date)) AS rate
    FROM rates GROUP BY currency) i ON i.currency = c.income_currency
LEFT JOIN limit_money m USING (customer_id)
LEFT JOIN limit_flows f USING (customer_id)
LEFT JOIN limit_own o USING (customer_id)
LEFT JOIN limit_fees e USING (customer_id)
LEFT JOIN limit_maturities u USING (customer_id)
LEFT JOIN limit_idle d USING (customer_id)
LEFT JOIN limit_consents n USING (customer_id)
LEFT JOIN limit_contacts k USING (customer_id);

CREATE OR REPLACE TEMP VIEW limit_features AS
SELECT customer_id, kind, opened_on, birth_date,
    CASE WHEN kind = 'person' THEN year(today()) - year(birth_date) - CASE WHEN month(birth_date) > month(today())
        OR (month(birth_date) = month(today()) AND day(birth_date) > day(today())) THEN 1 ELSE 0 END END AS age,
    (year(today()) - year(opened_on)) * 12 + month(today()) - month(opened_on)
        - CASE WHEN day(opened_on) > day(today()) THEN 1 ELSE 0 END AS tenure_months,
    coalesce(language, '') AS language, coalesce(phone, '') <> '' AS has_phone,
    coalesce(wecom_id, '') <> '' AS has_wecom, coalesce(email, '') <> '' AS has_email,
    coalesce(risk_grade, '') AS risk_grade, risk_graded_on,
    date_diff('day', last_login_on, today()) AS login_days,
    CASE WHEN kind <> 'person' THEN NULL WHEN lunar_next_on IS NOT NULL THEN lunar_next_on
        ELSE next_on(birth_date) END AS birthday_next_on,
    CASE WHEN kind <> 'person' THEN NULL WHEN lunar_next_on IS NOT NULL THEN lunar_next_years
        ELSE next_year_of(birth_date) - year(birth_date) END AS birthday_next_years,
    lunar_next_on IS NOT NULL AND kind = 'person' AS birthday_next_is_lunar,
    CASE WHEN died_on <= today() AND kind = 'person' THEN 'deceased'
        WHEN closed_on <= today() OR died_on <= today() THEN 'left' ELSE '' END AS ended,
    CASE WHEN died_on <= today() AND kind = 'person' THEN died_on
        ELSE least(CASE WHEN closed_on <= today() THEN closed_on END, CASE WHEN died_on <= today() THEN died_on END) END AS ended_on,
    next_on(opened_on) AS anniversary_next_on, next_year_of(opened_on) - year(opened_on) AS anniversary_years,
    money(k01) AS assets_now,
    money(quotient(known(a01, unknown_assets, weighed(getvariable('days_30'))) * getvariable('days_30')[1] + a02 * getvariable('days_30')[2] + a03 * getvariable('days_30')[3],
        list_sum(getvariable('days_30')))) AS assets_average_30d,
    money(quotient(known(a01, unknown_assets, weighed(getvariable('days_90'))) * getvariable('days_90')[1] + a02 * getvariable('days_90')[2] + a03 * getvariable('days_90')[3]
        + a04 * getvariable('days_90')[4] + a05 * getvariable('days_90')[5],
        list_sum(getvariable('days_90')))) AS assets_average_90d,
    money(known(greatest(a01, a02, a03, a04, a05, a06, a07, a08, a09, a10, a11, a12, a13), unknown_assets, slots(1, 13))) AS assets_peak_12m,
    money(past_30) AS assets_30d_ago, money(k01 - past_30) AS assets_change_30d,
    ratio(k01 - past_30, past_30) AS assets_change_30d_ratio,
    money(past_90) AS assets_90d_ago, money(k01 - past_90) AS assets_change_90d,
    ratio(k01 - past_90, past_90) AS assets_change_90d_ratio,
    money(k01) AS assets_month_01, money(known(c01 + coalesce(f01, 0), unknown_any, slots(1, 12))) AS contribution_m01,
    money(k02) AS assets_month_02, money(known(c02 + coalesce(f02, 0), unknown_any, slots(2, 12))) AS contribution_m02,
    money(k03) AS assets_month_03, money(known(c03 + coalesce(f03, 0), unknown_any, slots(3, 12))) AS contribution_m03,
    money(k04) AS assets_month_04, money(known(c04 + coalesce(f04, 0), unknown_any, slots(4, 12))) AS contribution_m04,
    money(k05) AS assets_month_05, money(known(c05 + coalesce(f05, 0), unknown_any, slots(5, 12))) AS contribution_m05,
    money(k06) AS assets_month_06, money(known(c06 + coalesce(f06, 0), unknown_any, slots(6, 12))) AS contribution_m06,
    money(k07) AS assets_month_07, money(known(c07 + coalesce(f07, 0), unknown_any, slots(7, 12))) AS contribution_m07,
    money(k08) AS assets_month_08, money(known(c08 + coalesce(f08, 0), unknown_any, slots(8, 12))) AS contribution_m08,
    money(k09) AS assets_month_09, money(known(c09 + coalesce(f09, 0), unknown_any, slots(9, 12))) AS contribution_m09,
    money(k10) AS assets_month_10, money(known(c10 + coalesce(f10, 0), unknown_any, slots(10, 12))) AS contribution_m10,
    money(k11) AS assets_month_11, money(known(c11 + coalesce(f11, 0), unknown_any, slots(11, 12))) AS contribution_m11,
    money(k12) AS assets_month_12, money(known(c12 + coalesce(f12, 0), unknown_any, slots(12, 12))) AS contribution_m12,
    money(k13) AS assets_month_13, money(known(c13 + coalesce(f13, 0), unknown_any, slots(13, 12))) AS contribution_m13,
    contribution_m01 AS contribution_12m,
    money(a01) AS assets_known_month, money(c01 + coalesce(f01, 0)) AS contribution_known, unknown_accounts,
    money(known(COLUMNS('^(demand|time|wealth|fund|insurance|metal)_now$'), unknown_assets, slots(1, 1))),
    CASE WHEN NOT unknown_owed THEN money(loans_now) END AS loans_now,
    products_held,
    money(coalesce(inflow, 0)) AS inflow_30d, money(coalesce(outflow, 0)) AS outflow_30d,
    money(coalesce(most_out.cents, 0)) AS outflow_largest_30d, most_out.on_date AS outflow_largest_30d_on,
    money(coalesce(most_own.cents, 0)) AS outflow_largest_own_30d, most_own.on_date AS outflow_largest_own_30d_on,
    ratio(coalesce(most_own.cents, 0), past_30) AS outflow_largest_own_30d_ratio,
    money(coalesce(most_in.cents, 0)) AS inflow_largest_30d, most_in.on_date AS inflow_largest_30d_on,
    own_transaction_on, date_diff('day', own_transaction_on, today()) AS own_transaction_days,
    maturity_next_on, money(maturity_cents) AS maturity_next_amount,
    date_diff('day', today(), maturity_next_on) AS maturity_next_days,
    money(coalesce(idle_cents, 0)) AS maturity_past_7d_unreinvested, idle_since AS maturity_past_7d_on,
    coalesce(banker_id, '') AS banker_id, branch_id,
    CASE WHEN is_granted IS NULL THEN 'unknown' WHEN is_granted THEN 'granted' ELSE 'refused' END AS marketing_consent,
    COLUMNS('^contact_(last|shown)_'), coalesce(COLUMNS('^contacts_'), 0),
    coalesce(occupation, '') AS occupation,
    CASE WHEN coalesce(income_currency, getvariable('currency')) = getvariable('currency') THEN yearly_income
        ELSE CAST(yearly_income * rate AS DECIMAL(18,2)) END AS yearly_income
FROM (
    SELECT *, CASE getvariable('ago_30') WHEN 2 THEN k02 WHEN 3 THEN k03 ELSE k04 END AS past_30,
        CASE getvariable('ago_90') WHEN 2 THEN k02 WHEN 3 THEN k03 WHEN 4 THEN k04 ELSE k05 END AS past_90
    FROM (
        SELECT *,
            known(a01, unknown_assets, slots(1, 1)) AS k01,
            known(a02, unknown_assets, slots(2, 1)) AS k02,
            known(a03, unknown_assets, slots(3, 1)) AS k03,
            known(a04, unknown_assets, slots(4, 1)) AS k04,
            known(a05, unknown_assets, slots(5, 1)) AS k05,
            known(a06, unknown_assets, slots(6, 1)) AS k06,
            known(a07, unknown_assets, slots(7, 1)) AS k07,
            known(a08, unknown_assets, slots(8, 1)) AS k08,
            known(a09, unknown_assets, slots(9, 1)) AS k09,
            known(a10, unknown_assets, slots(10, 1)) AS k10,
            known(a11, unknown_assets, slots(11, 1)) AS k11,
            known(a12, unknown_assets, slots(12, 1)) AS k12,
            known(a13, unknown_assets, slots(13, 1)) AS k13
        FROM limit_joined));
