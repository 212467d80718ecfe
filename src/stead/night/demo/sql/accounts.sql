-- How each customer's wealth is laid out: the part on demand, and what was put away in which contract.
CREATE OR REPLACE TEMP TABLE layout AS
WITH wanted AS (
    SELECT *, role <> 'organisation' AND age >= 18 AND story NOT IN ('dormant', 'closed', 'gone') AS saves,
        tier > 0 AND role <> 'organisation' AS rich,
        greatest(mi(opened_on), -9999) AS customer_mo
    FROM person
), flags AS (
    SELECT *,
        saves AND (story IN ('maturing', 'matured') OR u(i, 50) < CASE WHEN rich THEN 0.75 WHEN wealth > 3000 THEN 0.14 ELSE 0 END) AS t1,
        saves AND rich AND u(i, 51) < 0.3 AND story <> 'matured' AS t2,
        saves AND rich AND u(i, 52) < 0.6 AND story <> 'matured' AS wm,
        saves AND rich AND u(i, 53) < 0.45 AS fd,
        saves AND rich AND u(i, 54) < 0.12 AS ins,
        saves AND u(i, 55) < CASE WHEN rich THEN 0.08 ELSE 0.003 END AS fx,
        CASE story WHEN 'red' THEN 0.75 WHEN 'orange' THEN 0.70 WHEN 'yellow' THEN 0.70 WHEN 'gone' THEN 1
             WHEN 'watch' THEN 0.6 WHEN 'growing' THEN 0.8
             ELSE CASE WHEN tier >= 3 THEN 0.04 + 0.1 * u(i, 56) WHEN tier > 0 THEN 0.12 + 0.2 * u(i, 56)
                       ELSE 0.5 END END AS demand_wanted
    FROM wanted
), weights AS (
    SELECT *, CASE WHEN t1 THEN 0.5 + 0.5 * u(i, 57) ELSE 0 END AS w1, CASE WHEN t2 THEN 0.3 + 0.4 * u(i, 58) ELSE 0 END AS w2,
        CASE WHEN wm THEN 0.3 + 0.5 * u(i, 59) ELSE 0 END AS w3, CASE WHEN fd THEN 0.2 + 0.3 * u(i, 60) ELSE 0 END AS w4,
        CASE WHEN ins THEN 0.15 ELSE 0 END AS w5, CASE WHEN fx THEN 0.06 ELSE 0 END AS w6
    FROM flags
), parts AS (
    SELECT *, w1 + w2 + w3 + w4 + w5 + w6 AS w_sum,
        CASE WHEN w_sum = 0 THEN 0 ELSE wealth * (1 - demand_wanted) / w_sum END AS part
    FROM weights
)
SELECT *,
    CASE WHEN t1 THEN greatest(round(part * w1, -2), 500) ELSE 0 END AS a1, CASE WHEN t2 THEN greatest(round(part * w2, -3), 2000) ELSE 0 END AS a2,
    CASE WHEN wm THEN greatest(round(part * w3, -3), 3000) ELSE 0 END AS a3, round(part * w4, 0) AS a4,
    round(part * w5, -2) AS a5, round(part * w6, 0) AS a6,
    CASE WHEN w_sum = 0 THEN wealth ELSE wealth * demand_wanted END AS a0,
    -- An old deposit that fell due within the history: moved into the wealth product, or taken out.
    saves AND rich AND story NOT IN ('new', 'matured') AND u(i, 61) < 0.3
        AND days_ago(100 + 550 * u(i, 62)) - INTERVAL 25 MONTH > opened_on AS has_old,
    days_ago(100 + 550 * u(i, 62)) AS old_closed_on,
    story = 'inflow' AS inflow,
    has_salary AND age BETWEEN 26 AND 58 AND u(i, 63) < 0.14 AND opened_on < getvariable('day') - 900 AS mortgage,
    round(income * (3 + 3 * u(i, 64)), -3) AS mortgage_amount
FROM parts;

CREATE OR REPLACE TEMP TABLE plan AS
SELECT *, has_old AND a3 > 0 AS linked, round((a3) / 1.035, 2) AS old_amount_linked, round(0.2 * wealth, -2) AS old_amount_free,
    -- Steps of the demand account: what the story takes away or brings, with their days.
    CASE story WHEN 'red' THEN days_ago(u(i, 65) * 20) WHEN 'orange' THEN days_ago(2 + u(i, 65) * 5)
        WHEN 'yellow' THEN days_ago(2 + u(i, 65) * 8) WHEN 'gone' THEN days_ago(40 + u(i, 65) * 48)
        WHEN 'watch' THEN days_ago(110 + u(i, 65) * 110) WHEN 'inflow' THEN days_ago(u(i, 65) * 5)
        WHEN 'matured' THEN days_ago(1 + u(i, 65) * 5) END AS s1_on,
    CASE story WHEN 'orange' THEN days_ago(9 + u(i, 66) * 5) WHEN 'yellow' THEN days_ago(13 + u(i, 66) * 8) END AS s2_on,
    CASE story WHEN 'orange' THEN days_ago(18 + u(i, 67) * 5) END AS s3_on,
    CASE story WHEN 'red' THEN cents(-wealth * (0.38 + 0.24 * u(i, 68))) WHEN 'orange' THEN cents(-wealth * 0.125)
        WHEN 'yellow' THEN cents(-wealth * 0.125) WHEN 'gone' THEN cents(-wealth * 0.88) WHEN 'watch' THEN cents(-wealth * 0.38)
        WHEN 'inflow' THEN cents(round(wealth * 0.45, -2)) WHEN 'matured' THEN cents(a1) + cents(a1 * 0.035) END AS s1,
    CASE story WHEN 'orange' THEN cents(-wealth * 0.115) WHEN 'yellow' THEN cents(-wealth * 0.125) END AS s2,
    CASE story WHEN 'orange' THEN cents(-wealth * 0.12) END AS s3
FROM layout;
DROP TABLE layout;

-- Every account with what its balances follow from. acct = ten times the customer's number plus the slot:
-- 0 current account, 1 and 2 deposits, 3 wealth product, 4 fund, 5 insurance, 6 foreign currency, 7 loan,
-- 8 the old deposit, 9 credit card.
CREATE OR REPLACE TEMP TABLE account AS
WITH parts AS (
    SELECT i, i * 10 AS acct, 0 AS slot, CASE WHEN role = 'organisation' THEN 'D09' ELSE 'D01' END AS product_id,
        'demand' AS model, a0 AS lvl, opened_on, closed_on, NULL::DATE AS matures_on, 0 AS term FROM plan
    UNION ALL
    SELECT i, i * 10 + 1, 1, CASE WHEN story IN ('maturing', 'matured') THEN 'T24' ELSE 'T12' END, 'time', a1,
        CASE story WHEN 'matured' THEN s1_on - INTERVAL 24 MONTH
             WHEN 'maturing' THEN getvariable('day') + 1 + CAST(floor(7 * u(i, 70)) AS INTEGER) - INTERVAL 24 MONTH
             ELSE greatest(opened_on, CASE WHEN u(i, 71) < 0.3 THEN days_ago(700 * u(i, 72)) ELSE days_ago(740 + 2000 * u(i, 72)) END) END,
        CASE WHEN story = 'matured' THEN s1_on END, NULL, CASE WHEN story IN ('maturing', 'matured') THEN 24 ELSE 12 END
    FROM plan WHERE a1 > 0
    UNION ALL
    SELECT i, i * 10 + 2, 2, 'T36', 'time', a2,
        greatest(opened_on, CASE WHEN u(i, 73) < 0.4 THEN days_ago(700 * u(i, 74)) ELSE days_ago(740 + 2000 * u(i, 74)) END), NULL, NULL, 36
    FROM plan WHERE a2 > 0
    UNION ALL
    SELECT i, i * 10 + 3, 3, CASE WHEN u(i, 75) < 0.4 THEN 'W01' WHEN u(i, 75) < 0.8 THEN 'W02' ELSE 'W03' END, 'flat', a3,
        CASE WHEN linked THEN old_closed_on ELSE greatest(opened_on, days_ago(1100 * u(i, 76))) END,
        NULL, getvariable('day') + 1 + CAST(floor(300 * u(i, 77)) AS INTEGER), 0
    FROM plan WHERE a3 > 0
    UNION ALL
    SELECT i, i * 10 + 4, 4, 'F0' || CAST(1 + floor(4 * u(i, 78)) AS INTEGER), 'fund', a4,
        greatest(opened_on, days_ago(1500 * u(i, 79))), NULL, NULL, 0
    FROM plan WHERE a4 > 0
    UNION ALL
    SELECT i, i * 10 + 5, 5, CASE WHEN u(i, 80) < 0.6 THEN 'I01' ELSE 'G01' END, 'flat', a5,
        greatest(opened_on, days_ago(760 + 2000 * u(i, 81))), NULL, NULL, 0
    FROM plan WHERE a5 > 0
    UNION ALL
    SELECT i, i * 10 + 6, 6, CASE WHEN u(i, 82) < 0.5 THEN 'D02' WHEN u(i, 82) < 0.8 THEN 'D03' ELSE 'D04' END, 'flat', a6,
        greatest(opened_on, days_ago(760 + 1000 * u(i, 83))), NULL, NULL, 0
    FROM plan WHERE a6 > 0
    UNION ALL
    SELECT i, i * 10 + 7, 7, CASE WHEN role = 'organisation' THEN 'L02' ELSE 'L01' END, 'loan',
        CASE WHEN mortgage THEN mortgage_amount ELSE round(wealth * 0.8, -3) + 20000 END,
        greatest(opened_on, days_ago(800 + 1900 * u(i, 84))), NULL, NULL, 240
    FROM plan WHERE mortgage OR (role = 'organisation' AND u(i, 85) < 0.15 AND opened_on < getvariable('day') - 900)
    UNION ALL
    SELECT i, i * 10 + 8, 8, 'T24', 'time', CASE WHEN linked THEN old_amount_linked ELSE old_amount_free END,
        old_closed_on - INTERVAL 24 MONTH, old_closed_on, NULL, 24
    FROM plan WHERE has_old
    UNION ALL
    SELECT i, i * 10 + 9, 9, 'C01', 'card', 3000 + greatest(round(income * 0.12, -2), 0),
        greatest(opened_on, days_ago(760 + 1000 * u(i, 86))), NULL, NULL, 0
    FROM plan WHERE role <> 'organisation' AND age BETWEEN 20 AND 65 AND story NOT IN ('dormant', 'closed', 'gone', 'new')
        AND u(i, 87) < CASE WHEN tier > 0 THEN 0.3 ELSE 0.03 END
), dated AS (
    SELECT * REPLACE (opened_on::DATE AS opened_on),
        CASE term WHEN 12 THEN 0.0145 WHEN 24 THEN 0.0175 WHEN 36 THEN 0.0215 ELSE 0.0345 END AS yearly,
        greatest(mi(opened_on), -9999) AS mo, coalesce(mi(closed_on), 99) AS mc,
        -- Terms that had passed before the history began.
        CASE WHEN term IN (12, 36) AND opened_on::DATE < getvariable('history_from')
             THEN date_sub('month', opened_on::DATE, getvariable('history_from')) // term ELSE 0 END AS k_before
    FROM parts
)
SELECT d.* REPLACE (CASE
        WHEN d.model = 'time' THEN coalesce(d.closed_on, d.opened_on
            + to_months((date_sub('month', d.opened_on, getvariable('day')) // d.term + 1) * d.term))
        ELSE d.matures_on END::DATE AS matures_on),
    CASE d.product_id WHEN 'F01' THEN f.nav1 WHEN 'F02' THEN f.nav2 WHEN 'F03' THEN f.nav3 ELSE f.nav4 END AS nav_from,
    CASE WHEN d.slot = 6 THEN CASE d.product_id WHEN 'D02' THEN 'USD' WHEN 'D03' THEN 'HKD' ELSE 'EUR' END
                 ELSE w('currency') END AS currency,
    CASE WHEN d.slot = 6 THEN round(d.lvl / CASE d.product_id WHEN 'D02' THEN getvariable('usd') WHEN 'D03' THEN getvariable('hkd')
                                           ELSE getvariable('eur') END, 0) ELSE d.lvl END AS level,
    CASE WHEN d.slot = 9 THEN 3 ELSE p.rhythm END AS rhythm, p.phase,
    CASE WHEN p.story = 'dormant' OR d.slot > 0 THEN 0 WHEN p.story = 'growing' THEN 0.035 + 0.02 * u(p.i, 88)
         WHEN p.story = 'new' THEN 0.04 ELSE (u(p.i, 88) - 0.45) * 0.012 END AS g,
    CASE WHEN p.s1 < 0 THEN 0.05 WHEN p.tier > 0 THEN 0.12 ELSE 0.17 END AS amp,
    p.s1_on, p.s1, p.s2_on, p.s2, p.s3_on, p.s3,
    mi(d.opened_on) AS loan_from,
    3 + CAST(floor(25 * u(p.i, 89)) AS INTEGER) AS payday,
    -- Part of a fund sold within the history, not in the last three months.
    CASE WHEN d.slot = 4 AND u(p.i, 90) < 0.2 AND d.opened_on < getvariable('day') - 260
         THEN days_ago(95 + 100 * u(p.i, 91)) END AS sold_on
FROM dated d JOIN plan p USING (i) JOIN months f ON f.m = greatest(d.mo, 0)
ORDER BY d.acct;
