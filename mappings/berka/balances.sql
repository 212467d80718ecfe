-- The sum of an account's bookings at each month's end since it was opened, and on the extract's date. Where a
-- booking cannot be read, no balance after it is known: what stood there is given instead, and is set aside.
WITH bookings AS (
    SELECT
        account_id,
        -- A booking without a readable day may have been at any time, so it spoils all balances.
        coalesce(berka_day(date), DATE '1900-01-01') AS on_date,
        sum(berka_signed(type, amount)) AS amount,
        min(CASE
            WHEN berka_day(date) IS NULL THEN date
            WHEN berka_signed(type, amount) IS NULL THEN concat_ws(' ', type, amount)
        END) AS unreadable,
        max(_row) AS _row,
        any_value(_file) AS _file
    FROM trans
    GROUP BY ALL
),

running AS (
    SELECT
        account_id,
        on_date,
        sum(amount) OVER so_far AS balance,
        min(unreadable) OVER so_far AS unreadable,
        _row,
        _file
    FROM bookings
    WINDOW so_far AS (PARTITION BY account_id ORDER BY on_date)
),

days AS (
    SELECT unnest(generate_series(DATE '1993-01-31', extract_date(), INTERVAL 1 MONTH))::DATE AS month_day
),

calendar AS (
    SELECT last_day(month_day) AS on_date FROM days WHERE last_day(month_day) < extract_date()
    UNION ALL
    SELECT extract_date()
)

SELECT
    a.account_id,
    c.on_date,
    CASE WHEN r.unreadable IS NULL THEN coalesce(r.balance, 0) END AS balance,
    r.unreadable AS balance__raw,
    coalesce(r._file, a._file) AS _file,
    coalesce(r._row, a._row) AS _row
FROM berka_accounts a
JOIN calendar c ON c.on_date >= a.opened_on
ASOF LEFT JOIN running r ON a.account_id = r.account_id AND c.on_date >= r.on_date
