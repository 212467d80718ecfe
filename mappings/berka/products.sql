-- The files know one kind of account, with statements at three rhythms. Assumed: a margin of 2 % a year on its
-- balance, as the files do not tell what the bank earns.
SELECT product_id, name, 'demand' AS kind, 'CZK' AS currency, 0.02 AS yearly_margin
FROM (
    VALUES
        ('POPLATEK MESICNE', 'Current account, statement every month'),
        ('POPLATEK TYDNE', 'Current account, statement every week'),
        ('POPLATEK PO OBRATU', 'Current account, statement after each booking')
) p(product_id, name)
