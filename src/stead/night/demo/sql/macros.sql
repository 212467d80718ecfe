-- What every step draws with: nothing here is random, everything is a hash of (seed, number, purpose).
-- u: a number in [0, 1). k below 2^52; purposes are 0 to 1023.
CREATE OR REPLACE MACRO u(k, purpose) AS
    (hash(xor((k)::BIGINT * 1024 + purpose, getvariable('seed_key'))) >> 11)::DOUBLE / 9007199254740992;
-- mi: the month of a date, counted from the first month of the history (0).
CREATE OR REPLACE MACRO mi(d) AS (year(d) * 12 + month(d) - getvariable('month_zero'))::INTEGER;
CREATE OR REPLACE MACRO w(key) AS getvariable('words')[key];
CREATE OR REPLACE MACRO days_ago(n) AS getvariable('day') - CAST(floor(n) AS INTEGER);
CREATE OR REPLACE MACRO cents(x) AS CAST(round(x, 2) AS DECIMAL(18, 2));
-- Age pyramid of a bank's grown customers: x in [0, 1) gives years.
CREATE OR REPLACE MACRO adult_age(x) AS CASE
    WHEN x < 0.10 THEN 18 + x * 70
    WHEN x < 0.32 THEN 25 + (x - 0.10) / 0.22 * 10
    WHEN x < 0.53 THEN 35 + (x - 0.32) / 0.21 * 10
    WHEN x < 0.73 THEN 45 + (x - 0.53) / 0.20 * 10
    WHEN x < 0.88 THEN 55 + (x - 0.73) / 0.15 * 10
    WHEN x < 0.96 THEN 65 + (x - 0.88) / 0.08 * 10
    ELSE 75 + (x - 0.96) / 0.04 * 17 END;
-- The last month up to m in which an account's customer did something; it keeps its balance until the next.
CREATE OR REPLACE MACRO last_active(m, p, phase, mo, mc) AS CASE
    WHEN m >= mc THEN mc
    WHEN p = 9999 THEN greatest(-1, mo)
    ELSE greatest(m - (m + phase + 120) % p, mo) END;
-- The balance of a demand account without its steps: level, growth and a little noise, fixed by the month.
CREATE OR REPLACE MACRO demand_base(acct, lvl, g, amp, la, mc) AS CASE
    WHEN la >= mc THEN 0::DECIMAL(18, 2)
    ELSE cents(lvl * exp(g * (la - getvariable('month_last')))
               * (1 + amp * (u(acct * 64 + la + 40, 30) - 0.5))) END;
CREATE OR REPLACE MACRO steps(d, s1_on, s1, s2_on, s2, s3_on, s3) AS
    (CASE WHEN s1_on <= d THEN s1 ELSE 0 END + CASE WHEN s2_on <= d THEN s2 ELSE 0 END
     + CASE WHEN s3_on <= d THEN s3 ELSE 0 END)::DECIMAL(18, 2);
CREATE OR REPLACE MACRO customer_number(i) AS CAST(6000000001 + i AS VARCHAR);
CREATE OR REPLACE MACRO account_number(acct) AS CAST(620000000000 + acct AS VARCHAR);
