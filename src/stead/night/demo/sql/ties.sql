-- Who belongs to whom, who holds what with whom, who agreed to be written to, and who was spoken with.
CREATE OR REPLACE TEMP TABLE tie AS
WITH pair AS (
    SELECT p.i, p.b, p.role, p.head, p.opened_on, p.male, p.age, u(p.b, 2) < 0.6 AND h.has_partner AS both_parents,
        p.b * 8 + 4 AS other_parent, h.opened_on AS head_opened_on
    FROM person p JOIN person h ON h.i = p.head WHERE p.role IN ('partner', 'child', 'parent')
), directed AS (
    SELECT i AS a, head AS z, CASE role WHEN 'partner' THEN 'spouse' WHEN 'child' THEN 'parent' ELSE 'child' END AS kind, opened_on AS since FROM pair
    UNION ALL
    SELECT head, i, CASE role WHEN 'partner' THEN 'spouse' ELSE role END, opened_on FROM pair
    UNION ALL
    SELECT i, other_parent, 'parent', opened_on FROM pair WHERE role = 'child' AND both_parents
    UNION ALL
    SELECT other_parent, i, 'child', opened_on FROM pair WHERE role = 'child' AND both_parents
    UNION ALL
    SELECT i, employer_i, 'employer', opened_on FROM person WHERE employer_i IS NOT NULL
    UNION ALL
    SELECT i, b * 8 + 2, 'beneficial_owner', opened_on FROM person WHERE role = 'organisation'
    UNION ALL
    SELECT a.i, a.i - 1, 'guarantor', a.opened_on FROM account a JOIN person p USING (i) WHERE a.slot = 7 AND p.role = 'organisation'
    UNION ALL
    SELECT a.i, p.b * 8 + 4, 'guarantor', a.opened_on FROM account a JOIN person p USING (i)
    WHERE a.slot = 7 AND p.role <> 'organisation' AND p.r = 0 AND p.has_partner
), joint AS (
    SELECT head AS a, i AS z, 'joint_holder' AS kind, opened_on AS since FROM person
    WHERE role = 'partner' AND u(i, 141) < 0.3
)
SELECT DISTINCT a, z, kind, since FROM (FROM directed UNION ALL FROM joint UNION ALL SELECT z, a, kind, since FROM joint)
WHERE z < getvariable('customers') AND a < getvariable('customers');

-- A couple shares the deposit, or else the current account: mostly in halves. Some only let the other dispose.
CREATE OR REPLACE TEMP TABLE holding AS
WITH shared AS (
    SELECT p.i AS other, p.head, max(a.slot) AS slot, u(p.i, 141) < 0.3 AS joint,
        CASE WHEN u(p.i, 142) < 0.7 THEN 0.5 ELSE 0.3 END AS share
    FROM person p JOIN account a ON a.i = p.head AND a.slot IN (0, 1)
    WHERE p.role = 'partner' AND u(p.i, 141) < 0.38 GROUP BY ALL
)
SELECT a.acct, a.i AS holder, 'owner' AS role, 1 - CASE WHEN s.joint THEN s.share ELSE 0 END AS share
FROM account a LEFT JOIN shared s ON s.head = a.i AND s.slot = a.slot
UNION ALL
SELECT s.head * 10 + s.slot, s.other, CASE WHEN s.joint THEN 'joint' ELSE 'authorised' END, CASE WHEN s.joint THEN s.share ELSE 0 END
FROM shared s;

CREATE OR REPLACE TEMP TABLE consent AS
SELECT i, greatest(opened_on, days_ago(30 + 900 * u(i, 144))) AS on_date, u(i, 143) < 0.64 AS granted
FROM person WHERE role <> 'organisation' AND age >= 16 AND u(i, 143) < 0.78
UNION ALL
-- Some had agreed when they came and refused later.
SELECT i, opened_on, true FROM person
WHERE role <> 'organisation' AND age >= 16 AND u(i, 143) BETWEEN 0.74 AND 0.78 AND opened_on < days_ago(30 + 900 * u(i, 144));

-- Contacts: at about the distance that the tier is owed, so that at any day few are overdue and some fall due.
CREATE OR REPLACE TEMP TABLE spoken AS
WITH owed AS (
    SELECT i, banker_id, tier, opened_on, coalesce(closed_on, getvariable('day')) AS until,
        CASE WHEN tier >= 3 THEN 30 WHEN tier = 2 THEN 90 WHEN tier = 1 THEN 180 ELSE 365 END AS every,
        CASE WHEN tier = 4 THEN 24 WHEN tier = 3 THEN 18 WHEN tier = 2 THEN 8 WHEN tier = 1 THEN 4
             WHEN u(i, 150) < 0.25 AND story NOT IN ('dormant', 'closed') THEN 1 ELSE 0 END AS many
    FROM person WHERE age >= 18 OR role = 'organisation'
), each AS (
    SELECT *, unnest(range(0, many)) AS k FROM owed WHERE many > 0
), drawn AS (
    SELECT *, i * 32 + k AS n, days_ago(1 + every * (k * 0.94 + 1.02 * u(i, 151) + CASE WHEN k > 0 THEN 0.25 * (u(i * 32 + k, 152) - 0.5) ELSE 0 END)) AS on_date
    FROM each
)
SELECT n, i, banker_id, on_date, CASE
        WHEN tier >= 3 THEN CASE WHEN u(n, 153) < 0.45 THEN 'call' WHEN u(n, 153) < 0.7 THEN 'visit' ELSE 'wecom' END
        WHEN tier > 0 THEN CASE WHEN u(n, 153) < 0.6 THEN 'call' WHEN u(n, 153) < 0.68 THEN 'visit' ELSE 'wecom' END
        ELSE CASE WHEN u(n, 153) < 0.3 THEN 'call' ELSE 'sms' END END AS channel,
    CASE WHEN channel = 'sms' THEN CASE WHEN u(n, 154) < 0.6 THEN 'service' ELSE 'marketing' END
         WHEN u(n, 154) < 0.72 THEN 'relationship' WHEN k = 0 OR u(n, 154) < 0.9 THEN 'service' ELSE 'marketing' END AS message_class,
    CASE WHEN channel <> 'sms' AND k > 0 AND u(n, 155) < 0.1 THEN 'in' ELSE 'out' END AS direction,
    CASE WHEN channel = 'sms' THEN 'sent' WHEN k > 0 AND channel = 'call' AND u(n, 156) < 0.12 THEN 'not_reached'
         WHEN u(n, 156) < 0.3 THEN 'follow_up' ELSE 'reached' END AS outcome,
    CASE WHEN outcome = 'follow_up' THEN w('note_follow') WHEN outcome = 'not_reached' THEN NULL
         WHEN channel = 'call' THEN w('note_call') WHEN channel = 'visit' THEN w('note_visit')
         WHEN channel = 'wecom' THEN w('note_wecom') END AS note
FROM drawn WHERE on_date > opened_on AND on_date <= until AND on_date > getvariable('history_from');
