-- Everything is in crowns, the book currency.
SELECT 'CZK' AS currency, DATE '1993-01-01' AS on_date, 1.0 AS rate
