-- A branch in every district.
SELECT
    A1 AS branch_id,
    A2 AS name,
    A2 AS city,
    _file,
    _row
FROM district
