-- Clients with a right to an account that exists on the extract's date. The account's district is the branch
-- that keeps the customer; who holds several accounts stays where the first was opened.
WITH first_account AS (
    SELECT
        d.client_id,
        min(a.opened_on) AS opened_on,
        arg_min(a.district_id, (a.opened_on, TRY_CAST(a.account_id AS BIGINT))) AS district_id,
        arg_min(a.date, (a.opened_on, TRY_CAST(a.account_id AS BIGINT))) AS opened
    FROM disp d
    JOIN berka_accounts a USING (account_id)
    GROUP BY d.client_id
)

SELECT
    c.client_id AS customer_id,
    'person' AS kind,
    'Client ' || c.client_id AS name,
    CASE WHEN TRY_CAST(substr(c.birth_number, 3, 2) AS INTEGER) > 50 THEN 'f' ELSE 'm' END AS gender,
    berka_birth(c.birth_number) AS birth_date,
    c.birth_number AS birth_date__raw,
    home.A2 AS city,
    f.district_id AS branch_id,
    'B' || f.district_id AS banker_id,
    f.opened_on,
    f.opened AS opened_on__raw,
    c._file,
    c._row
FROM client c
JOIN first_account f USING (client_id)
LEFT JOIN district home ON c.district_id = home.A1
