-- An owner owns the whole account; a disponent may dispose of it and owns nothing.
SELECT
    d.account_id,
    d.client_id AS customer_id,
    CASE d.type WHEN 'OWNER' THEN 'owner' WHEN 'DISPONENT' THEN 'authorised' ELSE d.type END AS role,
    CASE d.type WHEN 'OWNER' THEN 1 ELSE 0 END AS share,
    d._file,
    d._row
FROM disp d
SEMI JOIN berka_accounts a ON d.account_id = a.account_id
