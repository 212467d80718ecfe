-- Who the customers are. Eight numbers in a row are a block: heads (0 to 3), a partner of 0 (4), a child of 0 (5),
-- a partner of 1 (6), a parent of 2 (7); what a block lacks is a person alone. 3 may be a company of 2.
CREATE OR REPLACE TEMP TABLE seat AS
WITH places AS (
    SELECT i, i // 8 AS b, (i % 8)::INTEGER AS r,
           (i // 8) * 8 + [0, 1, 2, 3, 0, 0, 1, 2][(i % 8) + 1] AS head
    FROM range(getvariable('first'), getvariable('beyond')) AS t(i)
), heads AS (
    SELECT *, adult_age(u(head, 10)) AS head_age, u(head, 11) < 0.5 AS head_male FROM places
), roles AS (
    SELECT *, CASE
        WHEN r = 3 AND u(b, 1) < 0.24 THEN 'organisation'
        WHEN r = 4 AND head_age >= 23 AND u(b, 2) < 0.6 THEN 'partner'
        WHEN r = 6 AND head_age >= 23 AND u(b, 3) < 0.4 THEN 'partner'
        WHEN r = 5 AND head_age >= 25 AND u(b, 4) < 0.4 THEN 'child'
        WHEN r = 7 AND head_age BETWEEN 22 AND 62 AND u(b, 5) < 0.25 THEN 'parent'
        ELSE 'head' END AS role,
        head_age >= 23 AND ((r = 0 AND u(b, 2) < 0.6) OR (r = 1 AND u(b, 3) < 0.4)) AS has_partner
    FROM heads
)
SELECT *, CASE role
        WHEN 'organisation' THEN 1 + 24 * u(i, 10)
        WHEN 'partner' THEN greatest(21, head_age - 4 + 8 * u(i, 10))
        WHEN 'child' THEN greatest(0.1, head_age - 24 - 10 * u(i, 10))
        WHEN 'parent' THEN least(93, head_age + 23 + 8 * u(i, 10))
        ELSE adult_age(u(i, 10)) END AS age,
    CASE role WHEN 'partner' THEN NOT head_male ELSE u(i, 11) < 0.5 END AS male,
    -- A child has the father's family name, an old father that of his child.
    CASE WHEN role = 'child' AND NOT head_male AND u(b, 2) < 0.6 THEN b * 8 + 4
         WHEN role = 'child' OR (role = 'parent' AND u(i, 11) < 0.5) THEN head ELSE i END AS named_after
FROM roles;

-- What they have: the tier that they are meant to be in, the wealth, and the story of their last months.
CREATE OR REPLACE TEMP TABLE fortune AS
WITH drawn AS (
    SELECT *, u(i, 20) * CASE WHEN age < 28 THEN 2.2 WHEN age BETWEEN 40 AND 65 THEN 0.78 ELSE 1.05 END AS x
    FROM seat
), tiers AS (
    SELECT *, CASE
        WHEN role = 'organisation' THEN CASE WHEN u(i, 20) < 0.05 THEN 2 WHEN u(i, 20) < 0.45 THEN 1 ELSE 0 END
        WHEN age < 18 THEN 0
        WHEN getvariable('small') AND r = 1 AND age > 24 AND b % getvariable('private_every') = 1 THEN 4
        WHEN x < getvariable('share_private') THEN 4
        WHEN x < getvariable('share_private') + getvariable('share_diamond') THEN 3
        WHEN x < 0.032 THEN 2
        WHEN x < 0.132 THEN 1
        ELSE 0 END AS tier
    FROM drawn
), stories AS (
    SELECT *, u(i, 21) / CASE WHEN tier > 0 THEN getvariable('boost') ELSE 1 END AS y FROM tiers
)
SELECT * EXCLUDE (x, y), CASE
        WHEN role = 'organisation' THEN CASE WHEN u(i, 21) < 0.1 THEN 'growing' ELSE 'steady' END
        WHEN age < 18 THEN 'steady'
        WHEN tier > 0 THEN CASE
            WHEN y < 0.008 THEN 'red' WHEN y < 0.016 THEN 'orange' WHEN y < 0.024 THEN 'matured'
            WHEN y < 0.036 THEN 'yellow' WHEN y < 0.048 THEN 'silent' WHEN y < 0.054 THEN 'gone'
            WHEN y < 0.074 THEN 'watch' WHEN y < 0.086 THEN 'inflow' WHEN y < 0.116 THEN 'maturing'
            WHEN y < 0.166 THEN 'growing' WHEN y < 0.196 THEN 'new' ELSE 'steady' END
        ELSE CASE
            WHEN y < 0.001 THEN 'red' WHEN y < 0.002 THEN 'orange' WHEN y < 0.004 THEN 'yellow'
            WHEN y < 0.012 THEN 'gone' WHEN y < 0.018 THEN 'closed' WHEN y < 0.022 THEN 'maturing'
            WHEN y < 0.050 THEN 'growing' WHEN y < 0.090 THEN 'new' WHEN y < 0.250 THEN 'dormant'
            ELSE 'steady' END
        END AS story,
    CASE tier
        WHEN 4 THEN least(11e6 * pow(1 - u(i, 23), -1 / 1.6), 400e6)
        WHEN 3 THEN 5.6e6 * (1 + 0.65 * u(i, 23))
        WHEN 2 THEN 560e3 * pow(4400 / 560.0, pow(u(i, 23), 1.8))
        WHEN 1 THEN 57e3 * pow(460 / 57.0, pow(u(i, 23), 1.5))
        ELSE 20 + 44e3 * pow(u(i, 23), 4) END AS drawn_wealth
FROM stories;

CREATE OR REPLACE TEMP TABLE life AS
WITH settled AS (
    SELECT * EXCLUDE (drawn_wealth), CASE
            WHEN story = 'dormant' THEN 1 + 900 * u(i, 24)
            WHEN story = 'watch' THEN [0, 62e3, 620e3, 6.2e6, 12.4e6][tier + 1]
            WHEN tier = 0 AND story IN ('red', 'orange', 'yellow') THEN 9000 + 30000 * u(i, 24)
            WHEN age < 18 THEN drawn_wealth * 0.6
            ELSE drawn_wealth END AS wealth,
        CASE
            WHEN role = 'organisation' THEN 'organisation'
            WHEN age < 18 OR (age < 23 AND u(i, 25) < 0.7) THEN 'child'
            WHEN age >= 60 OR (age >= 55 AND NOT male AND u(i, 25) < 0.6) THEN 'pension'
            WHEN tier >= 3 AND u(i, 25) < 0.6 THEN 'owner'
            ELSE 'work' END AS life,
        -- Gold and above have their birthday on one of the next days a little more often than chance.
        getvariable('day') - CAST(round(age * 365.25) AS INTEGER) AS born,
        tier > 0 AND role <> 'organisation' AND u(i, 26) < 0.015 * getvariable('boost') AS birthday_soon,
        getvariable('day') + 1 + CAST(floor(3 * u(i, 27)) AS INTEGER) AS soon,
        CASE WHEN story = 'new' THEN days_ago(8 + 140 * u(i, 28))
             WHEN age < 18 THEN days_ago(3 + age * 330 * u(i, 28))
             WHEN role = 'organisation' THEN days_ago(age * 360 * u(i, 28))
             ELSE days_ago(210 + least(age - 16, 18) * 340 * pow(u(i, 28), 0.8)) END AS opened_on
    FROM fortune
)
SELECT * EXCLUDE (born, birthday_soon, soon),
    CASE WHEN birthday_soon AND NOT (month(soon) = 2 AND day(soon) = 29)
         THEN make_date(year(born), month(soon), day(soon)) ELSE born END AS birth_date,
    CASE WHEN story = 'closed' THEN greatest(days_ago(20 + 680 * u(i, 29)), opened_on + 100) END AS closed_on,
    life = 'work' AND u(i, 31) < CASE WHEN tier > 0 THEN 0.3 ELSE 0.09 END
        AND story NOT IN ('dormant', 'closed', 'gone') AND opened_on < getvariable('day') - 60 AS has_salary,
    life = 'pension' AND u(i, 31) < 0.15 AND story NOT IN ('dormant', 'closed', 'gone') AS has_pension,
    CAST(floor(5 * u(i, 32)) AS INTEGER) AS phase
FROM settled;
DROP TABLE seat;
DROP TABLE fortune;

-- The companies of this range, for their own rows and for whom they employ.
CREATE OR REPLACE TEMP TABLE company AS
SELECT l.i, l.b, CASE w('language')
        WHEN 'zh' THEN replace(c.name, '市', '') || f.name || t.name || w('org_suffix')
        ELSE f.name || ' ' || t.name || ' ' || w('org_suffix') END AS name
FROM life l JOIN firms f ON f.slot = CAST(floor(100 * u(l.i, 36)) AS INTEGER)
JOIN trades t ON t.slot = CAST(floor(100 * u(l.i, 37)) AS INTEGER)
JOIN cities c ON c.slot = CAST(floor(100 * u(l.i, 38)) AS INTEGER)
WHERE l.role = 'organisation';

-- With occupation and income, the rhythm of their bookings, and where and by whom they are served.
CREATE OR REPLACE TEMP TABLE person AS
WITH placed AS (
    SELECT l.*, o.occupation, o.education,
        CASE WHEN l.life IN ('work', 'owner') THEN coalesce(c.name, e.name) END AS employer, c.i AS employer_i, has_salary OR has_pension OR role = 'organisation' AS monthly,
        round(greatest(o.income_low + (o.income_high - o.income_low) * pow(u(l.i, 33), 1.5),
                       CASE WHEN tier > 0 THEN 0.04 * wealth ELSE 0 END), -2) AS income,
        CASE tier WHEN 4 THEN (CAST(floor(u(l.b, 40) * getvariable('private_bankers')) AS INTEGER)
                               * getvariable('branches')) // getvariable('private_bankers')
                  WHEN 3 THEN (CAST(floor(u(l.b, 41) * getvariable('diamond_bankers')) AS INTEGER)
                               * getvariable('branches')) // getvariable('diamond_bankers')
                  ELSE CAST(floor(u(l.b, 42) * getvariable('branches')) AS INTEGER) END AS branch
    FROM life l LEFT JOIN occupations o
        ON o.life = l.life AND o.slot = CAST(floor(200 * u(l.i, 34)) AS INTEGER)
    LEFT JOIN company c ON l.r = 1 AND l.life = 'work' AND c.b = l.b AND u(l.i, 39) < 0.7
    JOIN employers e ON e.slot = CAST(floor(100 * u(l.i, 45)) AS INTEGER)
)
SELECT * EXCLUDE (phase), CASE
        WHEN story = 'dormant' THEN 9999 WHEN monthly THEN 1 WHEN tier > 0 THEN 2
        WHEN life = 'child' THEN 6 ELSE 4 + CAST(floor(2.9 * u(i, 35)) AS INTEGER) END AS rhythm,
    phase, CASE
        WHEN tier = 4 THEN 'P' || lpad(CAST(1 + floor(u(b, 40) * getvariable('private_bankers')) AS INTEGER)::VARCHAR, 4, '0')
        WHEN tier = 3 THEN 'D' || lpad(CAST(1 + floor(u(b, 41) * getvariable('diamond_bankers')) AS INTEGER)::VARCHAR, 4, '0')
        WHEN tier > 0 OR wealth > 40000 THEN 'G' || lpad((branch + 1)::VARCHAR, 4, '0')
            || lpad(CAST(1 + floor(u(b, 43) * getvariable('gold_bankers')) AS INTEGER)::VARCHAR, 2, '0')
        ELSE 'M' || lpad((branch + 1)::VARCHAR, 4, '0')
            || lpad(CAST(1 + floor(u(b, 44) * getvariable('pool_bankers')) AS INTEGER)::VARCHAR, 2, '0')
        END AS banker_id,
    lpad((branch + 1)::VARCHAR, 4, '0') AS branch_id
FROM placed;
DROP TABLE life;
