-- Bookings of the current accounts: what comes each month by itself, and the rest that makes the balance right.
CREATE OR REPLACE TEMP TABLE flow AS
WITH grid AS (
    SELECT a.i, a.acct, a.level, a.g, a.amp, a.rhythm, a.phase, a.mo, a.mc, a.payday, a.opened_on, a.closed_on,
        a.s1_on, a.s1, a.s2_on, a.s2, a.s3_on, a.s3,
        unnest(range(greatest(a.mo, 0), least(a.mc, getvariable('month_last')) + 1))::INTEGER AS m
    FROM account a WHERE a.slot = 0
), active AS (
    SELECT *, m > mo AND m < mc AS usual,
        demand_base(acct, level, g, amp, m, mc) AS base_now,
        CASE WHEN m = mo THEN 0::DECIMAL(18, 2)
             ELSE demand_base(acct, level, g, amp, last_active(m - 1, rhythm, phase, mo, mc), mc) END AS base_before
    FROM grid WHERE last_active(m, rhythm, phase, mo, mc) = m
), rest AS (
    SELECT x.*, d.first_day, d.last_day, d.bonus_on, p.story, p.tier, p.has_salary, p.has_pension, p.role, p.employer,
        -- Each usual booking counts once its day has come.
        usual AND first_day + payday - 1 <= last_day AS payday_came,
        CASE WHEN payday_came AND (has_salary OR has_pension)
             THEN cents(round(p.income / 12 * 0.85 * (1 + 0.04 * ((m + 12 - month(first_day)) // 12)), -1)) ELSE 0 END AS salary,
        CASE WHEN usual AND has_salary AND d.bonus_on <= last_day
             THEN cents(round(p.income / 12 * (0.6 + 1.6 * u(x.i, 100)), -2)) ELSE 0 END AS bonus,
        CASE WHEN payday_came AND rhythm = 1 AND has_salary AND u(x.i, 101) < 0.3
             THEN -cents(60 + 300 * u(acct * 64 + m, 102)) ELSE 0 END AS standing,
        CASE WHEN usual AND l.demand_acct IS NOT NULL AND paid(m, loan_from, loan_day, last_day) > paid(m - 1, loan_from, loan_day, first_day - 1)
             THEN -(cents(loan_level / 240) + cents((loan_level - loan_level / 240 * paid(m - 1, loan_from, loan_day, first_day - 1)) * 0.0345 / 12))
             ELSE 0 END AS mortgage, loan_day AS mortgage_day,
        CASE WHEN usual AND month(first_day) % 3 = 0 AND first_day + 20 <= last_day AND level > 30000 AND rhythm < 3
             THEN cents(greatest(base_before + steps(first_day - 1, s1_on, s1, s2_on, s2, s3_on, s3), 0)::DOUBLE * 0.0005 / 4) ELSE 0 END AS interest,
        CASE WHEN usual AND m % 12 = (acct // 10) % 12 AND u(acct, 103) < 0.25 AND tier = 0 AND level > 200
             THEN -10.00 ELSE 0 END AS fee
    FROM active x JOIN months d USING (m) JOIN (SELECT i, story, tier, has_salary, has_pension, role, employer, income FROM person) p ON p.i = x.i
    LEFT JOIN (SELECT acct - 7 AS demand_acct, level AS loan_level, loan_from, payday AS loan_day FROM account WHERE slot = 7) l
        ON l.demand_acct = x.acct
)
SELECT *, (base_now - base_before - salary - bonus - standing - mortgage - interest - fee)::DECIMAL(18, 2) AS remainder,
    CASE WHEN m = mc THEN closed_on WHEN m = mo THEN opened_on
         ELSE first_day + CAST(floor(u(acct * 64 + m, 104) * (last_day - first_day + 1)) AS INTEGER) END AS remainder_on,
    rhythm = 1 AND usual AND abs(remainder) > 200 AND u(acct * 64 + m, 109) < 0.15 AS split,
    CASE WHEN split THEN cents(remainder::DOUBLE * (0.25 + 0.3 * u(acct * 64 + m, 105))) ELSE remainder END AS first_part
FROM rest;

CREATE OR REPLACE TEMP TABLE booking AS
-- tag: unique among the bookings of one account in one month, 0 to 39.
SELECT acct, m, 0 AS tag, first_day + payday - 1 AS on_date, salary::DECIMAL(18, 2) AS amount,
    CASE WHEN has_pension THEN 'pension' ELSE 'salary' END AS kind, 'system' AS channel,
    CASE WHEN has_pension THEN w('pension') ELSE employer END AS counterparty, false AS by_customer, false AS own_elsewhere
FROM flow WHERE salary <> 0
UNION ALL
SELECT acct, m, 1, bonus_on, bonus, 'salary', 'system', w('bonus'), false, false FROM flow WHERE bonus <> 0
UNION ALL
SELECT acct, m, 2, first_day + payday - 1, standing, 'standing_order', 'system', CASE m % 3 WHEN 0 THEN w('power') WHEN 1 THEN w('water') ELSE w('gas') END, false, false
FROM flow WHERE standing <> 0
UNION ALL
SELECT acct, m, 3, first_day + mortgage_day - 1, mortgage, 'loan_payment', 'system', w('self_bank'), false, false
FROM flow WHERE mortgage <> 0
UNION ALL
SELECT acct, m, 4, first_day + 20, interest, 'interest', 'system', w('self_bank'), false, false FROM flow WHERE interest <> 0
UNION ALL
SELECT acct, m, 5, last_day, fee, 'fee', 'system', w('self_bank'), false, false FROM flow WHERE fee <> 0
UNION ALL
SELECT acct, m, 6, remainder_on, first_part, CASE
        WHEN first_part > 0 THEN CASE WHEN u(acct * 64 + m, 106) < 0.2 AND first_part < 50000 THEN 'cash_in' ELSE 'transfer_in' END
        WHEN role = 'organisation' OR first_part < -30000 THEN 'transfer_out'
        WHEN u(acct * 64 + m, 106) < 0.15 THEN 'cash_out' ELSE 'card_payment' END AS kind,
    CASE kind WHEN 'cash_in' THEN 'branch' WHEN 'cash_out' THEN 'atm' WHEN 'card_payment' THEN 'terminal' ELSE 'mobile' END,
    CASE kind WHEN 'card_payment' THEN k.name WHEN 'cash_in' THEN w('cash') WHEN 'cash_out' THEN w('cash')
              ELSE CASE WHEN role = 'organisation' THEN w('tax') ELSE w('friend') END END, true, false
FROM flow JOIN merchants k ON k.slot = CAST(floor(100 * u(acct * 64 + m, 107)) AS INTEGER) WHERE first_part <> 0
UNION ALL
SELECT acct, m, 7, remainder_on, remainder - first_part, CASE WHEN remainder > 0 THEN 'transfer_in' ELSE 'transfer_out' END,
    CASE WHEN u(acct * 64 + m, 108) < 0.8 THEN 'mobile' ELSE 'online' END,
    CASE WHEN role = 'organisation' THEN w('tax') ELSE w('friend') END, true, false
FROM flow WHERE split;
