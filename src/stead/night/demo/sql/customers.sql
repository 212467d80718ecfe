-- The customers' rows. Identity numbers have the form of real ones, with area codes that do not exist.
CREATE OR REPLACE TEMP TABLE customer_row AS
WITH keyed AS (
    SELECT p.*,
        CASE WHEN male THEN 0 ELSE 100000 END + 1000 * CASE
            WHEN year(birth_date) < 1950 THEN 0 WHEN year(birth_date) < 1960 THEN 1 WHEN year(birth_date) < 1970 THEN 2
            WHEN year(birth_date) < 1980 THEN 3 WHEN year(birth_date) < 1990 THEN 4 WHEN year(birth_date) < 2000 THEN 5
            WHEN year(birth_date) < 2010 THEN 6 ELSE 7 END AS given_key,
        -- Names of one character were in fashion for those born from 1970 to 2000.
        u(i, 121) < CASE WHEN year(birth_date) BETWEEN 1970 AND 1999 THEN 0.32 WHEN year(birth_date) < 1950 THEN 0.12 ELSE 0.16 END AS short_name
    FROM person p
), named AS (
    SELECT k.*, c.name AS city, c.code, s.name AS street,
        CASE WHEN k.role = 'organisation' THEN o.name
             WHEN w('language') <> 'zh' THEN g1.name || ' ' || CASE WHEN male THEN n.name ELSE n.name_f END
             WHEN short_name OR g1.name = g2.name THEN n.name || g1.name
             ELSE n.name || g1.name || g2.name END AS name,
        c.code || strftime(birth_date, '%Y%m%d')
            || lpad(CAST(10 * CAST(floor(100 * u(i, 124)) AS INTEGER) + 2 * CAST(floor(5 * u(i, 125)) AS INTEGER)
                    + CASE WHEN male THEN 1 ELSE 0 END AS VARCHAR), 3, '0') AS identity_body
    FROM keyed k
    JOIN surnames n ON n.slot = CAST(floor(2000 * u(named_after, 12)) AS INTEGER)
    JOIN given g1 ON g1.key = given_key + CAST(floor(60 * u(i, 122)) AS INTEGER)
    JOIN given g2 ON g2.key = given_key + CAST(floor(60 * u(i, 123)) AS INTEGER)
    JOIN cities c ON c.slot = CAST(floor(100 * u(b, 126)) AS INTEGER)
    JOIN streets s ON s.slot = CAST(floor(100 * u(b, 127)) AS INTEGER)
    LEFT JOIN (SELECT i AS company_i, name FROM company) o ON o.company_i = k.i
), checked AS (
    -- The check character of GB 11643: weights 2^(17 - place) modulo 11.
    SELECT *, identity_body || substr('10X98765432', 1 + list_sum(list_transform(
        [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2],
        lambda weight, place: weight * (ascii(identity_body[place]) - 48)))::INTEGER % 11, 1) AS identity_number
    FROM named
)
SELECT i, customer_number(i) AS customer_id, CASE WHEN role = 'organisation' THEN role ELSE 'person' END AS kind, name,
    CASE WHEN role = 'organisation' THEN NULL WHEN male THEN 'm' ELSE 'f' END AS gender,
    CASE WHEN role = 'organisation' THEN w('identity_org') ELSE w('identity') END AS identity_kind,
    CASE WHEN role = 'organisation' THEN '99' || lpad((i * 7919 % 100000000)::VARCHAR, 8, '0') || lpad(i::VARCHAR, 8, '0')
         ELSE identity_number END AS identity_number,
    birth_date, role <> 'organisation' AND w('language') = 'zh' AND year(birth_date) < 1975 AND u(i, 128) < 0.45 AS lunar_birthday,
    CASE WHEN age >= 12 THEN w('nation_phone') || lpad((i * 387420489 % 1000000000)::VARCHAR, 9, '0') END AS phone,
    CASE WHEN age >= 16 AND u(i, 129) < 0.35 THEN 'kh' || i || '@example.com' END AS email,
    CASE WHEN age BETWEEN 18 AND 75 AND u(i, 130) < CASE WHEN tier > 0 THEN 0.7 ELSE 0.3 END THEN 'wx_' || (i * 48271 % 2147483647) END AS wecom_id,
    CASE WHEN w('language') = 'zh' THEN city || street || (1 + b % 380) || '号' ELSE street || ' ' || (1 + b % 380) || ', ' || city END AS address, city,
    occupation, employer,
    CASE WHEN role = 'organisation' THEN NULL WHEN role = 'partner' OR has_partner THEN 'married' WHEN age < 23 THEN 'single'
         WHEN age > 70 AND u(i, 131) < 0.5 THEN 'widowed' WHEN u(i, 131) < 0.12 THEN 'divorced'
         WHEN u(i, 131) < least(age / 60, 0.8) THEN 'married' ELSE 'single' END AS family_status,
    CASE WHEN role = 'organisation' THEN NULL WHEN age < 12 THEN NULL WHEN u(i, 132) < 0.7 THEN education
         WHEN age < 45 THEN 'bachelor' ELSE 'secondary' END AS education,
    CASE WHEN role <> 'organisation' AND age >= 18 AND u(i, 133) < CASE WHEN tier > 0 THEN 0.95 ELSE 0.6 END THEN cents(income) END AS yearly_income,
    CASE WHEN yearly_income IS NOT NULL THEN w('currency') END AS income_currency,
    CASE WHEN role = 'organisation' OR age < 18 OR u(i, 134) > CASE WHEN tier > 0 THEN 0.97 ELSE 0.4 END THEN NULL
         ELSE 'C' || greatest(1, least(5, CAST(round(4.4 - age / 30 + (tier > 0)::INTEGER * 0.5 + 1.6 * (u(i, 135) - 0.5)) AS INTEGER))) END AS risk_grade,
    -- An assessment holds for a year; about one in eight has run out.
    CASE WHEN risk_grade IS NOT NULL THEN greatest(opened_on, days_ago(CASE WHEN u(i, 136) < 0.12 THEN 366 + 300 * u(i, 137) ELSE 364 * u(i, 137) END)) END AS risk_graded_on,
    w('language') AS language, branch_id, banker_id, opened_on, closed_on,
    CASE WHEN role <> 'organisation' AND (age < 14 OR u(i, 138) < CASE WHEN age > 70 THEN 0.6 WHEN tier > 0 THEN 0.08 ELSE 0.3 END) AND story <> 'silent' THEN NULL
         WHEN story = 'closed' THEN closed_on - 3 - CAST(floor(30 * u(i, 139)) AS INTEGER)
         WHEN story = 'silent' THEN days_ago(93 + 75 * u(i, 139))
         WHEN story = 'red' THEN days_ago(22 + 40 * u(i, 139)) WHEN story IN ('orange', 'yellow') THEN days_ago(24 + 20 * u(i, 139))
         WHEN story = 'gone' THEN days_ago(85 + 40 * u(i, 139))
         WHEN story = 'dormant' THEN CASE WHEN u(i, 140) < 0.06 THEN days_ago(100 + 600 * u(i, 139)) END
         ELSE days_ago(CASE WHEN u(i, 140) < 0.04 THEN 40 + 48 * u(i, 139) ELSE 26 * pow(u(i, 139), 2) END) END AS last_login_raw,
    CASE WHEN last_login_raw < opened_on THEN opened_on ELSE last_login_raw END AS last_login_on
FROM checked;
