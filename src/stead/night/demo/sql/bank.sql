-- What does not grow with the customers: branches, bankers, products, rates.
CREATE OR REPLACE TEMP VIEW all_branches AS
SELECT lpad((j + 1)::VARCHAR, 4, '0') AS branch_id, j,
    CASE WHEN w('language') = 'zh' THEN c.name || n.name || CASE WHEN j >= 20 THEN ((j // 20) + 1)::VARCHAR ELSE '' END || w('branch')
         ELSE c.name || ' ' || n.name || CASE WHEN j >= 20 THEN ' ' || ((j // 20) + 1) ELSE '' END END AS name, c.name AS city
FROM range(getvariable('branches')) t(j)
JOIN branch_names n ON n.slot = j % 20 JOIN cities c ON c.slot = CAST(floor(100 * u(j, 160)) AS INTEGER);
CREATE OR REPLACE TEMP VIEW banker_places AS
SELECT 'P' || lpad((k + 1)::VARCHAR, 4, '0') AS banker_id, (k * getvariable('branches')) // getvariable('private_bankers') AS j, 1000000 + k AS n
FROM range(getvariable('private_bankers')) t(k)
UNION ALL
SELECT 'D' || lpad((k + 1)::VARCHAR, 4, '0'), (k * getvariable('branches')) // getvariable('diamond_bankers'), 2000000 + k
FROM range(getvariable('diamond_bankers')) t(k)
UNION ALL
SELECT 'G' || lpad((j + 1)::VARCHAR, 4, '0') || lpad((k + 1)::VARCHAR, 2, '0'), j, 3000000 + j * 100 + k
FROM range(getvariable('branches')) s(j), range(getvariable('gold_bankers')) t(k)
UNION ALL
SELECT 'M' || lpad((j + 1)::VARCHAR, 4, '0') || lpad((k + 1)::VARCHAR, 2, '0'), j, 4000000 + j * 100 + k
FROM range(getvariable('branches')) s(j), range(getvariable('pool_bankers')) t(k);
CREATE OR REPLACE TEMP VIEW out_branches AS SELECT branch_id, name, city FROM all_branches ORDER BY branch_id;
CREATE OR REPLACE TEMP VIEW out_bankers AS
SELECT banker_id, CASE WHEN w('language') <> 'zh' THEN g1.name || ' ' || CASE WHEN sex = 0 THEN s.name ELSE s.name_f END
                       WHEN u(n, 163) < 0.3 OR g1.name = g2.name THEN s.name || g1.name ELSE s.name || g1.name || g2.name END AS name,
    lpad((j + 1)::VARCHAR, 4, '0') AS branch_id, 240 AS capacity_minutes
FROM (SELECT *, CASE WHEN u(n, 161) < 0.45 THEN 0 ELSE 100000 END AS sex FROM banker_places) p
JOIN surnames s ON s.slot = CAST(floor(2000 * u(n, 162)) AS INTEGER)
JOIN given g1 ON g1.key = sex + 4000 + CAST(floor(60 * u(n, 164)) AS INTEGER)
JOIN given g2 ON g2.key = sex + 4000 + CAST(floor(60 * u(n, 165)) AS INTEGER)
ORDER BY banker_id;
CREATE OR REPLACE TEMP VIEW out_products AS
SELECT product_id, name, kind, nullif(risk_grade, '') AS risk_grade, currency, CAST(yearly_margin AS DECIMAL(9, 6)) AS yearly_margin
FROM product_list ORDER BY product_id;
CREATE OR REPLACE TEMP VIEW out_rates AS SELECT currency, on_date, rate FROM rate_list ORDER BY currency, on_date;
