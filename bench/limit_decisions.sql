-- Tiers with the movement rule, life stages and warnings from the features, written by hand: the rest of the limit.
-- The numbers are those of the handbook's clauses 2.2 and 2.4. Before it: limit.sql, a table limit_known of the
-- features that were written, and a table working_days (nth, on_date) of the bank's country.
CREATE OR REPLACE MACRO is_month_end() AS today() = last_day(today());
CREATE OR REPLACE MACRO month_end(number) AS CASE WHEN number = 1 THEN today() ELSE last_day(month_start(number - 1)) END;
CREATE OR REPLACE MACRO earned_of(average, contribution, potential) AS CAST(CASE
    WHEN average >= 10000000 OR contribution >= 100000 THEN 4
    WHEN average >= 5000000 OR contribution >= 50000 THEN 3
    WHEN average >= 500000 OR contribution >= 10000 OR (average >= 50000 AND potential = 'high') THEN 2
    WHEN average >= 50000 OR contribution >= 1000 OR (average >= 10000 AND potential IN ('high', 'medium')) THEN 1
    ELSE 0 END AS TINYINT);
CREATE OR REPLACE MACRO earned_by(average, contribution, potential) AS CASE
    WHEN average >= 10000000 THEN 1 WHEN contribution >= 100000 THEN 2
    WHEN average >= 5000000 THEN 3 WHEN contribution >= 50000 THEN 4
    WHEN average >= 500000 THEN 5 WHEN contribution >= 10000 THEN 6
    WHEN average >= 50000 AND potential = 'high' THEN 7
    WHEN average >= 50000 THEN 8 WHEN contribution >= 1000 THEN 9
    WHEN average >= 10000 AND potential IN ('high', 'medium') THEN 10 ELSE 11 END;
-- The movement rule of one month: whether it is unknown, earned tier, tier held before, months below before, whether
-- the month is whole.
CREATE OR REPLACE MACRO rule_of(unknown, earned, held, below, is_ended) AS CAST(CASE WHEN unknown THEN 9
    WHEN earned IS NULL THEN 1 WHEN held IS NULL THEN 2 WHEN earned > held THEN 3 WHEN earned = held THEN 4
    WHEN NOT is_ended THEN 5 WHEN below + 1 <= 2 THEN 6 WHEN below + 1 <= 5 THEN 7 ELSE 8 END AS TINYINT);
CREATE OR REPLACE MACRO held_of(rule, earned, held, best) AS
    CASE WHEN rule = 2 OR rule = 3 THEN earned WHEN rule = 8 THEN best ELSE held END;
CREATE OR REPLACE MACRO below_of(rule, below) AS
    CAST(CASE WHEN rule = 6 OR rule = 7 THEN below + 1 WHEN rule = 5 OR rule = 9 THEN below ELSE 0 END AS TINYINT);

CREATE OR REPLACE TEMP VIEW limit_standings AS
WITH judged AS (
    SELECT *,
        CASE WHEN age BETWEEN 25 AND 60 AND yearly_income >= 1000000 THEN 1
            WHEN age BETWEEN 25 AND 60 AND yearly_income >= 500000 THEN 2
            WHEN age BETWEEN 25 AND 60 AND yearly_income >= 200000 AND occupation IN ('企业主', '企业高管',
                '企业管理人员', '投资人', '律师', '医生', 'business owner', 'executive', 'lawyer', 'physician') THEN 3
            WHEN age BETWEEN 22 AND 60 AND yearly_income >= 300000 THEN 4 ELSE 5 END AS p
    FROM limit_known WHERE ended = ''),
known AS (
    SELECT *, CASE WHEN p <= 2 THEN 'high' WHEN p <= 4 THEN 'medium' ELSE 'low' END AS potential,
        coalesce(own_transaction_days, date_diff('day', opened_on, today())) AS quiet_days,
        CASE WHEN assets_peak_12m > 0 THEN CAST(assets_now / assets_peak_12m AS DECIMAL(9,4)) END AS assets_to_peak
    FROM judged),
earned AS (
    SELECT customer_id, p, potential, quiet_days, assets_to_peak,
        CASE WHEN tenure_months >= 12 AND quiet_days > 365 AND assets_now < 1000 THEN 1
            WHEN quiet_days >= 180 AND assets_to_peak < 0.2 THEN 2
            WHEN tenure_months < 6 THEN 3
            WHEN assets_change_90d_ratio <= -0.3 THEN 4
            WHEN quiet_days >= 180 THEN 5
            WHEN assets_change_90d_ratio >= 0.1 THEN 6
            WHEN tenure_months < 24 AND assets_change_90d_ratio > 0 THEN 7 ELSE 8 END AS s,
        CASE WHEN contribution_m01 IS NOT NULL THEN earned_by(assets_month_01, contribution_m01, potential) END AS t,
        CASE WHEN contribution_m01 IS NULL THEN earned_of(assets_known_month, contribution_known, potential) END AS least,
        CASE WHEN opened_on <= month_end(1) AND assets_month_01 + contribution_m01 IS NOT NULL THEN earned_of(assets_month_01, contribution_m01, potential) END AS e01,
        opened_on <= month_end(1) AND contribution_m01 IS NULL AS u01,
        CASE WHEN opened_on <= month_end(2) AND assets_month_02 + contribution_m02 IS NOT NULL THEN earned_of(assets_month_02, contribution_m02, potential) END AS e02,
        opened_on <= month_end(2) AND contribution_m02 IS NULL AS u02,
        CASE WHEN opened_on <= month_end(3) AND assets_month_03 + contribution_m03 IS NOT NULL THEN earned_of(assets_month_03, contribution_m03, potential) END AS e03,
        opened_on <= month_end(3) AND contribution_m03 IS NULL AS u03,
        CASE WHEN opened_on <= month_end(4) AND assets_month_04 + contribution_m04 IS NOT NULL THEN earned_of(assets_month_04, contribution_m04, potential) END AS e04,
        opened_on <= month_end(4) AND contribution_m04 IS NULL AS u04,
        CASE WHEN opened_on <= month_end(5) AND assets_month_05 + contribution_m05 IS NOT NULL THEN earned_of(assets_month_05, contribution_m05, potential) END AS e05,
        opened_on <= month_end(5) AND contribution_m05 IS NULL AS u05,
        CASE WHEN opened_on <= month_end(6) AND assets_month_06 + contribution_m06 IS NOT NULL THEN earned_of(assets_month_06, contribution_m06, potential) END AS e06,
        opened_on <= month_end(6) AND contribution_m06 IS NULL AS u06,
        CASE WHEN opened_on <= month_end(7) AND assets_month_07 + contribution_m07 IS NOT NULL THEN earned_of(assets_month_07, contribution_m07, potential) END AS e07,
        opened_on <= month_end(7) AND contribution_m07 IS NULL AS u07,
        CASE WHEN opened_on <= month_end(8) AND assets_month_08 + contribution_m08 IS NOT NULL THEN earned_of(assets_month_08, contribution_m08, potential) END AS e08,
        opened_on <= month_end(8) AND contribution_m08 IS NULL AS u08,
        CASE WHEN opened_on <= month_end(9) AND assets_month_09 + contribution_m09 IS NOT NULL THEN earned_of(assets_month_09, contribution_m09, potential) END AS e09,
        opened_on <= month_end(9) AND contribution_m09 IS NULL AS u09,
        CASE WHEN opened_on <= month_end(10) AND assets_month_10 + contribution_m10 IS NOT NULL THEN earned_of(assets_month_10, contribution_m10, potential) END AS e10,
        opened_on <= month_end(10) AND contribution_m10 IS NULL AS u10,
        CASE WHEN opened_on <= month_end(11) AND assets_month_11 + contribution_m11 IS NOT NULL THEN earned_of(assets_month_11, contribution_m11, potential) END AS e11,
        opened_on <= month_end(11) AND contribution_m11 IS NULL AS u11,
        CASE WHEN opened_on <= month_end(12) AND assets_month_12 + contribution_m12 IS NOT NULL THEN earned_of(assets_month_12, contribution_m12, potential) END AS e12,
        opened_on <= month_end(12) AND contribution_m12 IS NULL AS u12
    FROM known),
ruled_12 AS (SELECT *, rule_of(u12, e12, CAST(NULL AS TINYINT), CAST(0 AS TINYINT), true) AS r12 FROM earned),
held_12 AS (SELECT *, held_of(r12, e12, CAST(NULL AS TINYINT), greatest(e12)) AS h12, below_of(r12, CAST(0 AS TINYINT)) AS n12 FROM ruled_12),
ruled_11 AS (SELECT *, rule_of(u11, e11, h12, n12, true) AS r11 FROM held_12),
held_11 AS (SELECT *, held_of(r11, e11, h12, greatest(e11, e12)) AS h11, below_of(r11, n12) AS n11 FROM ruled_11),
ruled_10 AS (SELECT *, rule_of(u10, e10, h11, n11, true) AS r10 FROM held_11),
held_10 AS (SELECT *, held_of(r10, e10, h11, greatest(e10, e11, e12)) AS h10, below_of(r10, n11) AS n10 FROM ruled_10),
ruled_09 AS (SELECT *, rule_of(u09, e09, h10, n10, true) AS r09 FROM held_10),
held_09 AS (SELECT *, held_of(r09, e09, h10, greatest(e09, e10, e11, e12)) AS h09, below_of(r09, n10) AS n09 FROM ruled_09),
ruled_08 AS (SELECT *, rule_of(u08, e08, h09, n09, true) AS r08 FROM held_09),
held_08 AS (SELECT *, held_of(r08, e08, h09, greatest(e08, e09, e10, e11, e12)) AS h08, below_of(r08, n09) AS n08 FROM ruled_08),
ruled_07 AS (SELECT *, rule_of(u07, e07, h08, n08, true) AS r07 FROM held_08),
held_07 AS (SELECT *, held_of(r07, e07, h08, greatest(e07, e08, e09, e10, e11, e12)) AS h07, below_of(r07, n08) AS n07 FROM ruled_07),
ruled_06 AS (SELECT *, rule_of(u06, e06, h07, n07, true) AS r06 FROM held_07),
held_06 AS (SELECT *, held_of(r06, e06, h07, greatest(e06, e07, e08, e09, e10, e11)) AS h06, below_of(r06, n07) AS n06 FROM ruled_06),
ruled_05 AS (SELECT *, rule_of(u05, e05, h06, n06, true) AS r05 FROM held_06),
held_05 AS (SELECT *, held_of(r05, e05, h06, greatest(e05, e06, e07, e08, e09, e10)) AS h05, below_of(r05, n06) AS n05 FROM ruled_05),
ruled_04 AS (SELECT *, rule_of(u04, e04, h05, n05, true) AS r04 FROM held_05),
held_04 AS (SELECT *, held_of(r04, e04, h05, greatest(e04, e05, e06, e07, e08, e09)) AS h04, below_of(r04, n05) AS n04 FROM ruled_04),
ruled_03 AS (SELECT *, rule_of(u03, e03, h04, n04, true) AS r03 FROM held_04),
held_03 AS (SELECT *, held_of(r03, e03, h04, greatest(e03, e04, e05, e06, e07, e08)) AS h03, below_of(r03, n04) AS n03 FROM ruled_03),
ruled_02 AS (SELECT *, rule_of(u02, e02, h03, n03, true) AS r02 FROM held_03),
held_02 AS (SELECT *, held_of(r02, e02, h03, greatest(e02, e03, e04, e05, e06, e07)) AS h02, below_of(r02, n03) AS n02 FROM ruled_02),
ruled_01 AS (SELECT *, rule_of(u01, e01, h02, n02, is_month_end()) AS r01 FROM held_02),
held_01 AS (SELECT *, held_of(r01, e01, h02, greatest(e01, e02, e03, e04, e05, e06)) AS h01, below_of(r01, n02) AS n01 FROM ruled_01)
SELECT customer_id, potential, '2.2-potential-' || p AS potential_rule, '2.2-tier-' || t AS tier_rule,
    CASE WHEN r01 = 1 THEN 'none' WHEN r01 = 2 THEN 'first' WHEN r01 = 3 THEN 'higher' WHEN r01 = 4 THEN 'same'
        WHEN r01 = 9 THEN 'unknown' ELSE 'lower' END AS comparison,
    CAST(CASE WHEN r01 BETWEEN 5 AND 8 THEN n02 + 1 ELSE 0 END AS SMALLINT) AS months_below, is_month_end() AS month_ended,
    CASE r01 WHEN 1 THEN 'none' WHEN 2 THEN 'start' WHEN 3 THEN 'up' WHEN 4 THEN 'keep' WHEN 5 THEN 'wait'
        WHEN 6 THEN 'keep' WHEN 7 THEN 'watch' WHEN 8 THEN 'down' ELSE 'wait' END AS move,
    coalesce(h01, CASE WHEN u01 THEN least END, 0) AS tier, CASE WHEN u01 THEN coalesce(h01, least, 0) ELSE coalesce(e01, 0) END AS tier_earned,
    CASE WHEN h01 <> h02 THEN month_end(1)
        WHEN h02 <> h03 THEN month_end(2)
        WHEN h03 <> h04 THEN month_end(3)
        WHEN h04 <> h05 THEN month_end(4)
        WHEN h05 <> h06 THEN month_end(5)
        WHEN h06 <> h07 THEN month_end(6)
        WHEN h07 <> h08 THEN month_end(7)
        WHEN h08 <> h09 THEN month_end(8)
        WHEN h09 <> h10 THEN month_end(9)
        WHEN h10 <> h11 THEN month_end(10)
        WHEN h11 <> h12 THEN month_end(11) END AS tier_since,
    n01 AS watch_months,
    CASE WHEN n01 BETWEEN 3 AND 5 THEN month_end(CASE WHEN is_month_end() THEN 1 ELSE 2 END + n01 - 3) END AS watched_on,
    '2.2-movement-' || r01 AS movement_rule, quiet_days, assets_to_peak,
    CASE s WHEN 1 THEN 'dormant' WHEN 2 THEN 'lost' WHEN 3 THEN 'new' WHEN 4 THEN 'fading' WHEN 5 THEN 'fading'
        WHEN 6 THEN 'growing' WHEN 7 THEN 'growing' ELSE 'mature' END AS stage,
    '2.2-stage-' || s AS stage_rule
FROM held_01;

-- The tiers are read back from the standings once these are written.
CREATE OR REPLACE TEMP VIEW limit_tiers AS SELECT customer_id, tier FROM limit_standings;

CREATE OR REPLACE TEMP VIEW limit_warnings AS
WITH judged AS (
    SELECT customer_id, outflow_largest_30d_on, outflow_largest_own_30d_on, maturity_past_7d_on, login_days,
        assets_now IS NOT NULL AND assets_30d_ago IS NOT NULL AS is_known,
        CASE WHEN assets_30d_ago >= 50000 AND assets_change_30d_ratio <= -0.5 THEN 1
            WHEN assets_30d_ago >= 50000 AND outflow_largest_own_30d_ratio >= 0.3 THEN 2
            WHEN assets_30d_ago >= 50000 AND assets_change_30d_ratio <= -0.3 THEN 3
            WHEN tier >= 1 AND maturity_past_7d_unreinvested >= 50000 THEN 4
            WHEN assets_30d_ago >= 50000 AND assets_change_30d_ratio <= -0.2 THEN 5
            WHEN tier >= 1 AND login_days BETWEEN 90 AND 180 THEN 6 ELSE 7 END AS w
    FROM limit_known JOIN limit_tiers USING (customer_id)),
happened AS (
    SELECT * REPLACE (CASE WHEN is_known THEN w END AS w), CASE WHEN w IN (1, 3, 5) THEN outflow_largest_30d_on WHEN w = 2 THEN outflow_largest_own_30d_on
        WHEN w = 4 THEN maturity_past_7d_on WHEN w = 6 THEN today() + CAST(90 - login_days AS INTEGER) END AS happened_on,
        CASE WHEN NOT is_known THEN NULL WHEN w <= 2 THEN 0 WHEN w <= 4 THEN 1 WHEN w <= 6 THEN 3 END AS respond_days
    FROM judged),
warned AS (
    SELECT *, CASE WHEN w <= 6 THEN coalesce(happened_on, today() - CAST(isodow(today()) % 7 AS INTEGER)) END AS warned_on
    FROM happened),
until AS (
    SELECT d.warned_on, max(nth) AS nth
    FROM (SELECT DISTINCT warned_on FROM warned) d JOIN working_days ON on_date <= d.warned_on GROUP BY d.warned_on)
SELECT customer_id, '2.4-warning-' || w AS warning_rule, CAST(respond_days AS BIGINT) AS respond_days,
    CAST(CASE WHEN w <= 2 THEN 4 END AS BIGINT) AS respond_hours,
    CAST(CASE WHEN w <= 2 THEN 3 WHEN w <= 4 THEN 2 WHEN w <= 6 THEN 1 ELSE 0 END AS TINYINT) AS warning,
    warned_on, coalesce(CAST(happened_on AS VARCHAR), 'open') AS warning_anchor, l.on_date AS warning_due_on,
    CASE WHEN w <= 2 THEN '13:00' ELSE '' END AS due_by
FROM warned LEFT JOIN until u USING (warned_on) LEFT JOIN working_days l ON l.nth = u.nth + 1 + respond_days;
