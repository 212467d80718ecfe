-- The files name no bankers. Assumed: one in every district, with four hours a day for contacts.
SELECT
    'B' || A1 AS banker_id,
    'Banker of ' || A2 AS name,
    A1 AS branch_id,
    240 AS capacity_minutes,
    _file,
    _row
FROM district
