-- What was known on the variable `day`. Views newest_<table>: the newest delivery.
CREATE OR REPLACE TEMP VIEW out_customers AS
SELECT * REPLACE (
    CASE WHEN closed_on <= getvariable('day') THEN closed_on END AS closed_on,
    CASE WHEN risk_graded_on <= getvariable('day') THEN risk_grade END AS risk_grade,
    CASE WHEN risk_graded_on <= getvariable('day') THEN risk_graded_on END AS risk_graded_on,
    CASE WHEN last_login_on <= getvariable('day') THEN last_login_on
         -- The same customer logs in about as often as later.
         WHEN last_login_on IS NOT NULL
         THEN greatest(opened_on, getvariable('day') - (hash(customer_id) % 20)::INTEGER) END AS last_login_on
)
FROM newest_customers WHERE opened_on <= getvariable('day');

CREATE OR REPLACE TEMP VIEW out_relationships AS
SELECT r.* FROM newest_relationships r
SEMI JOIN out_customers c ON c.customer_id = r.customer_id
SEMI JOIN out_customers o ON o.customer_id = r.other_id
WHERE r.since IS NULL OR r.since <= getvariable('day');

-- An account stands with all its holders or not at all, since their shares add to one.
CREATE OR REPLACE TEMP TABLE kept_accounts AS
SELECT a.account_id FROM newest_accounts a
ANTI JOIN (
    SELECT account_id FROM newest_holders h ANTI JOIN out_customers c ON c.customer_id = h.customer_id
) l ON l.account_id = a.account_id
WHERE a.opened_on <= getvariable('day');

CREATE OR REPLACE TEMP VIEW out_accounts AS
SELECT * REPLACE (CASE WHEN closed_on <= getvariable('day') THEN closed_on END AS closed_on)
FROM newest_accounts SEMI JOIN kept_accounts USING (account_id);

CREATE OR REPLACE TEMP VIEW out_holders AS FROM newest_holders SEMI JOIN kept_accounts USING (account_id);

CREATE OR REPLACE TEMP VIEW out_balances AS
FROM newest_balances SEMI JOIN kept_accounts USING (account_id) WHERE on_date <= getvariable('day');

CREATE OR REPLACE TEMP VIEW out_transactions AS
FROM newest_transactions SEMI JOIN kept_accounts USING (account_id) WHERE on_date <= getvariable('day');

CREATE OR REPLACE TEMP VIEW out_contacts AS
FROM newest_contacts SEMI JOIN out_customers USING (customer_id) WHERE on_date <= getvariable('day');

CREATE OR REPLACE TEMP VIEW out_consents AS
FROM newest_consents SEMI JOIN out_customers USING (customer_id) WHERE on_date <= getvariable('day');

CREATE OR REPLACE TEMP VIEW out_rates AS FROM newest_rates WHERE on_date <= getvariable('day');
