-- What is handed over: the contract's columns, in the order of the keys.
CREATE OR REPLACE TEMP VIEW out_customers AS
SELECT customer_id, kind, name, gender, identity_kind, identity_number, birth_date, lunar_birthday, phone, email, wecom_id, address, city,
    occupation, employer, family_status, education, yearly_income, income_currency, risk_grade, risk_graded_on, language, branch_id, banker_id,
    opened_on, closed_on, NULL::DATE AS died_on, last_login_on FROM customer_row ORDER BY i;
CREATE OR REPLACE TEMP VIEW out_relationships AS
SELECT customer_number(a) AS customer_id, customer_number(z) AS other_id, kind, since FROM tie ORDER BY a, z, kind;
CREATE OR REPLACE TEMP VIEW out_accounts AS
SELECT account_number(acct) AS account_id, product_id, currency, opened_on, closed_on, matures_on FROM account ORDER BY acct;
CREATE OR REPLACE TEMP VIEW out_holders AS
SELECT account_number(acct) AS account_id, customer_number(holder) AS customer_id, role, CAST(share AS DECIMAL(9, 6)) AS share
FROM holding ORDER BY acct, holder;
CREATE OR REPLACE TEMP VIEW out_transactions AS
SELECT CAST(100000000000 + acct * 1000 + m * 40 + tag AS VARCHAR) AS transaction_id, account_number(acct) AS account_id, on_date, amount, kind,
    channel, counterparty, by_customer, own_elsewhere FROM booking ORDER BY acct, m, tag;
CREATE OR REPLACE TEMP VIEW out_contacts AS
SELECT 'K' || lpad(n::VARCHAR, 11, '0') AS contact_id, customer_number(i) AS customer_id, CASE WHEN channel = 'sms' THEN NULL ELSE banker_id END AS banker_id,
    on_date, channel, message_class, direction, outcome, note FROM spoken ORDER BY n;
CREATE OR REPLACE TEMP VIEW out_consents AS
SELECT customer_number(i) AS customer_id, on_date, granted FROM consent ORDER BY i, on_date;
