-- What the other files of this mapping use.

-- A date written YYMMDD; null when there is no such day. All of them lie in the twentieth century.
CREATE OR REPLACE MACRO berka_day(text) AS
    read_day('19' || text, '%Y%m%d');

-- The date in a birth number: YYMMDD, with 50 added to a woman's month.
CREATE OR REPLACE MACRO berka_birth(text) AS
    CASE WHEN regexp_full_match(text, '[0-9]{6}') THEN berka_day(
        left(text, 2)
        || lpad(CAST(TRY_CAST(substr(text, 3, 2) AS INTEGER) % 50 AS VARCHAR), 2, '0')
        || substr(text, 5)
    ) END;

-- What a booking adds to its account; null when its amount is no number or its type is unknown.
CREATE OR REPLACE MACRO berka_signed(type, amount) AS
    CASE
        WHEN type = 'PRIJEM' THEN read_money(amount)
        WHEN type IN ('VYDAJ', 'VYBER') THEN -read_money(amount)
    END;

-- The accounts that exist on the extract's date. One whose date is impossible is kept, to be set aside by name.
CREATE OR REPLACE VIEW berka_accounts AS
SELECT *, berka_day(date) AS opened_on
FROM account
WHERE berka_day(date) <= extract_date() OR berka_day(date) IS NULL;
