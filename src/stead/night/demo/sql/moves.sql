-- Money that changes its place: stories of leaving and coming, contracts opened, sold and fallen due.
-- own_bank: the customer's own account at another bank.
CREATE OR REPLACE MACRO own_bank(bank) AS w('self') || ' · ' || bank;

CREATE OR REPLACE TEMP TABLE step AS
SELECT p.i * 10 AS acct, unnest([
        {'tag': 8, 'on_date': s1_on, 'amount': CASE WHEN story = 'matured' THEN cents(a1) ELSE s1 END,
         'own': story IN ('red', 'orange', 'gone') OR (story IN ('yellow', 'watch') AND u(i, 110) < 0.5)},
        {'tag': 9, 'on_date': CASE WHEN story = 'matured' THEN s1_on ELSE s2_on END,
         'amount': CASE WHEN story = 'matured' THEN cents(a1 * 0.035) ELSE s2 END, 'own': story = 'orange'},
        {'tag': 10, 'on_date': s3_on, 'amount': s3, 'own': true}], recursive := true), story, b.name AS bank
FROM plan p JOIN banks b ON b.slot = CAST(floor(100 * u(p.i, 111)) AS INTEGER)
WHERE s1_on IS NOT NULL;

INSERT INTO booking
SELECT acct, mi(on_date), tag, on_date, amount, CASE
        WHEN story = 'matured' THEN CASE tag WHEN 8 THEN 'maturity' ELSE 'interest' END
        WHEN amount > 0 THEN 'transfer_in' ELSE 'transfer_out' END,
    CASE WHEN story = 'matured' THEN 'system' ELSE 'mobile' END,
    CASE WHEN story = 'matured' THEN w('self_bank') WHEN own OR amount > 0 THEN own_bank(bank) ELSE w('friend') END,
    story <> 'matured', own AND story <> 'matured'
FROM step WHERE on_date IS NOT NULL AND amount <> 0 AND on_date >= getvariable('history_from');

-- Contracts opened within the history: the money comes in, is put away, and stands in the contract.
CREATE OR REPLACE TEMP TABLE opening AS
SELECT a.i, a.acct, a.slot, a.opened_on, a.mo, cents(a.level) AS amount, p.linked AND a.slot = 3 AS linked, b.name AS bank
FROM account a JOIN plan p ON p.i = a.i JOIN banks b ON b.slot = CAST(floor(100 * u(a.i, 111)) AS INTEGER)
WHERE a.slot BETWEEN 1 AND 6 AND a.mo >= 0;
INSERT INTO booking
SELECT i * 10, mo, 11 + 2 * slot, opened_on, amount, 'transfer_in', 'mobile', own_bank(bank), true, false FROM opening WHERE NOT linked AND slot < 6
UNION ALL
SELECT i * 10, mo, 12 + 2 * slot, opened_on, -amount, CASE WHEN slot < 3 THEN 'internal' ELSE 'buy' END, 'mobile', w('self_bank'), true, false FROM opening WHERE slot < 6
UNION ALL
SELECT acct, mo, 0, opened_on, amount, CASE WHEN slot < 3 THEN 'internal' WHEN slot = 6 THEN 'transfer_in' ELSE 'buy' END, 'mobile',
    CASE WHEN slot = 6 THEN own_bank(bank) ELSE w('self_bank') END, true, false FROM opening;

-- Deposits that fell due: interest of those renewed, the end of those paid out.
INSERT INTO booking
SELECT acct, m, 1, on_date, after - before, 'interest', 'system', w('self_bank'), false, false
FROM (
    SELECT a.acct, a.mo, d.m, d.last_day, k, (a.opened_on + to_months((k * a.term)::INTEGER))::DATE AS on_date,
        time_balance(a.level, a.yearly, a.term, a.opened_on, d.last_day, a.k_before) AS after,
        time_balance(a.level, a.yearly, a.term, a.opened_on, d.first_day - 1, a.k_before) AS before
    FROM (SELECT *, unnest(range(1, 60 // (term // 12))) AS k FROM account WHERE model = 'time' AND closed_on IS NULL) a
    JOIN months d ON d.m = mi((a.opened_on + to_months((k * a.term)::INTEGER))::DATE)
)
WHERE on_date <= last_day AND m > mo AND after <> before;
INSERT INTO booking
SELECT acct, mc, 2, closed_on, -cents(level), 'maturity', 'system', w('self_bank'), false, false
FROM account WHERE model = 'time' AND closed_on IS NOT NULL AND mc >= 0
UNION ALL
SELECT i * 10, mc, 29, closed_on, cents(level), 'maturity', 'system', w('self_bank'), false, false FROM account WHERE slot = 8 AND mc >= 0;
INSERT INTO booking
SELECT a.i * 10, a.mc, leg.tag, a.closed_on, leg.amount, leg.kind, leg.channel,
    CASE WHEN leg.own THEN own_bank(b.name) ELSE w('self_bank') END, leg.by_customer, leg.own
FROM (
    SELECT a.*, p.linked, CASE WHEN p.linked THEN cents(p.a3) ELSE cents(a.level * 1.035) END AS proceeds
    FROM account a JOIN plan p ON p.i = a.i WHERE a.slot = 8 AND a.mc >= 0
) a JOIN banks b ON b.slot = CAST(floor(100 * u(a.i, 111)) AS INTEGER),
LATERAL (SELECT unnest([
    {'tag': 30, 'amount': a.proceeds - cents(a.level), 'kind': 'interest', 'channel': 'system', 'own': false, 'by_customer': false},
    {'tag': 31, 'amount': CASE WHEN a.linked THEN 0::DECIMAL(18, 2) ELSE -a.proceeds END, 'kind': 'transfer_out', 'channel': 'mobile', 'own': true, 'by_customer': true}
]) AS leg)
WHERE leg.amount <> 0;

-- A part of a fund sold, and the money taken out.
CREATE OR REPLACE TEMP TABLE sale AS
SELECT a.i, a.acct, a.sold_on, d.m, (cents(value) - cents(value * 0.7))::DECIMAL(18, 2) AS amount
FROM (
    SELECT a.*, level / nav_from * CASE product_id WHEN 'F01' THEN d.nav1 WHEN 'F02' THEN d.nav2
                                    WHEN 'F03' THEN d.nav3 ELSE d.nav4 END AS value
    FROM account a JOIN months d ON d.m = mi(a.sold_on)
) a JOIN months d ON d.m = mi(a.sold_on);
INSERT INTO booking
SELECT acct, m, 3, sold_on, -amount, 'sell', 'mobile', w('self_bank'), true, false FROM sale WHERE amount <> 0
UNION ALL
SELECT i * 10, m, 32, sold_on, amount, 'sell', 'mobile', w('self_bank'), true, false FROM sale WHERE amount <> 0
UNION ALL
SELECT i * 10, m, 33, sold_on, -amount, 'transfer_out', 'mobile', w('friend'), true, false FROM sale WHERE amount <> 0;

-- Loans are paid down; cards are used and paid; insurance is paid from elsewhere.
INSERT INTO booking
SELECT acct, m, 0, first_day + payday - 1, cents(level / 240), 'loan_payment', 'system', w('self_bank'), false, false
FROM (SELECT a.*, unnest(range(0, getvariable('month_last') + 1))::INTEGER AS m FROM account a WHERE a.model = 'loan') x
JOIN months USING (m)
WHERE paid(m, loan_from, payday, last_day) > paid(m - 1, loan_from, payday, first_day - 1);
INSERT INTO booking
SELECT acct, m, 0, CASE WHEN m = mo THEN opened_on ELSE first_day + CAST(floor(u(acct * 64 + m, 112) * (last_day - first_day + 1)) AS INTEGER) END, amount,
    CASE WHEN amount > 0 THEN 'transfer_in' ELSE 'card_payment' END, CASE WHEN amount > 0 THEN 'mobile' ELSE 'terminal' END,
    CASE WHEN amount > 0 THEN w('card') ELSE k.name END, true, false
FROM (
    SELECT acct, m, mo, opened_on, (card_owed(acct, level, m)
        - CASE WHEN m = mo THEN 0 ELSE card_owed(acct, level, last_active(m - 1, 3, phase, mo, mc)) END)::DECIMAL(18, 2) AS amount
    FROM (SELECT *, unnest(range(0, getvariable('month_last') + 1))::INTEGER AS m FROM account WHERE model = 'card')
    WHERE m >= mo AND last_active(m, 3, phase, mo, mc) = m
) JOIN months USING (m) JOIN merchants k ON k.slot = CAST(floor(100 * u(acct * 64 + m, 113)) AS INTEGER)
WHERE amount <> 0;
