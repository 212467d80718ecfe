-- Balances in closed form: an account's balance depends on its own row and the month alone, so that bookings
-- (the differences) and balances agree to the cent without summing anything.
CREATE OR REPLACE MACRO terms_passed(opened_on, d, term, k_before) AS
    date_sub('month', opened_on, d) // term - k_before;
CREATE OR REPLACE MACRO time_balance(level, yearly, term, opened_on, d, k_before) AS
    cents(level * pow(1 + yearly * term / 12, greatest(terms_passed(opened_on, d, term, k_before), 0)));
-- Payments made up to month m: the last month's counts once its day has come.
CREATE OR REPLACE MACRO paid(m, loan_from, payday, last_day) AS
    m - loan_from - CASE WHEN day(last_day) < payday THEN 1 ELSE 0 END;
CREATE OR REPLACE MACRO card_owed(acct, level, la) AS -cents(level * (0.1 + 0.5 * u(acct * 64 + la + 40, 30)));
-- The accounts stand in order, so that these rows do as well; written without being kept.
CREATE OR REPLACE TEMP VIEW out_balances AS
WITH grid AS (
    SELECT a.*, unnest(range(greatest(mo, 0), least(mc, getvariable('month_last')) + 1))::INTEGER AS m FROM account a
)
SELECT account_number(a.acct) AS account_id, d.last_day AS on_date, CASE a.model
    WHEN 'demand' THEN demand_base(a.acct, level, g, amp, last_active(a.m, rhythm, phase, mo, mc), mc)
        + steps(d.last_day, s1_on, s1, s2_on, s2, s3_on, s3)
    WHEN 'time' THEN CASE WHEN a.m >= mc THEN 0::DECIMAL(18, 2) ELSE time_balance(level, yearly, term, opened_on, d.last_day, k_before) END
    WHEN 'fund' THEN cents(level / nav_from * CASE product_id WHEN 'F01' THEN d.nav1 WHEN 'F02' THEN d.nav2
                            WHEN 'F03' THEN d.nav3 ELSE d.nav4 END * CASE WHEN sold_on <= d.last_day THEN 0.7 ELSE 1 END)
    WHEN 'loan' THEN -(cents(level) - cents(level / 240) * greatest(paid(a.m, loan_from, payday, d.last_day), 0))
    WHEN 'card' THEN card_owed(a.acct, level, last_active(a.m, 3, phase, mo, mc))
    ELSE cents(level) END::DECIMAL(18, 2) AS balance
FROM grid a JOIN months d ON d.m = a.m;
