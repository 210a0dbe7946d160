"""The SQL of the ledger's checks. Each finds rows (name, left, right) that are wrong in the pool :pool; amounts in pence."""

UNBALANCED = """
SELECT e.source_key, coalesce(sum(p.pence), 0), 0
FROM ledger_entry e LEFT JOIN ledger_posting p ON p.entry_id = e.id
WHERE e.pool_id = :pool
GROUP BY e.id HAVING coalesce(sum(p.pence), 0) <> 0 OR count(p.id) = 0 ORDER BY 1
"""

MISSING_ENTRIES = """
WITH wanted AS (
    SELECT 'invoice:' || id AS key, 'Document ' || number AS name, total AS pence
      FROM invoice WHERE pool_id = :pool AND state <> 'draft'
    UNION ALL SELECT 'payment:' || id, 'The payment of ' || paid_on, amount FROM payment WHERE pool_id = :pool
    UNION ALL SELECT 'payment-undone:' || id, 'The undone payment of ' || paid_on, amount
      FROM payment WHERE pool_id = :pool AND state = 'undone'
    UNION ALL SELECT 'allocation:' || id, 'The payment put on an invoice on ' || "on", amount
      FROM payment_allocation WHERE pool_id = :pool
)
SELECT name, pence, 0 FROM wanted w
WHERE NOT EXISTS (SELECT FROM ledger_entry e WHERE e.source_key = w.key) ORDER BY 1
"""

ENTRIES_OF_NOTHING = """
SELECT e.source_key, 0, 0 FROM ledger_entry e
WHERE e.pool_id = :pool AND NOT EXISTS (
    SELECT FROM invoice i WHERE e.source_key = 'invoice:' || i.id AND i.state <> 'draft' AND i.pool_id = e.pool_id
) AND NOT EXISTS (
    SELECT FROM payment p WHERE p.pool_id = e.pool_id AND (e.source_key = 'payment:' || p.id
        OR (e.source_key = 'payment-undone:' || p.id AND p.state = 'undone'))
) AND NOT EXISTS (
    SELECT FROM payment_allocation a WHERE e.source_key = 'allocation:' || a.id AND a.pool_id = e.pool_id
) ORDER BY 1
"""

LINES_ARE_THE_NET = """
SELECT i.number, coalesce(sum(l.amount), 0), i.net_total
FROM invoice i LEFT JOIN invoice_line l ON l.invoice_id = i.id
WHERE i.pool_id = :pool AND i.state <> 'draft'
GROUP BY i.id HAVING coalesce(sum(l.amount), 0) <> i.net_total ORDER BY 1
"""

PAID_AND_CREDITED = """
SELECT i.number, coalesce(paid.pence, 0) + coalesce(credited.pence, 0), i.paid_total + i.credited_total
FROM invoice i
LEFT JOIN (SELECT invoice_id, sum(amount) AS pence FROM payment_allocation GROUP BY 1) paid ON paid.invoice_id = i.id
LEFT JOIN (SELECT corrects_id, sum(total) AS pence FROM invoice WHERE kind = 'credit_note' AND state <> 'draft' GROUP BY 1)
       credited ON credited.corrects_id = i.id
WHERE i.pool_id = :pool AND i.kind <> 'credit_note'
  AND (coalesce(paid.pence, 0), coalesce(credited.pence, 0)) <> (i.paid_total, i.credited_total) ORDER BY 1
"""

OWED = """
WITH books AS (
    SELECT invoice_id, sum(pence) AS pence FROM ledger_posting
    WHERE pool_id = :pool AND account = 'receivable' GROUP BY 1
), documents AS (
    SELECT id, number, CASE WHEN kind = 'credit_note' OR state = 'draft' THEN 0
                            ELSE total - credited_total - paid_total END AS pence
    FROM invoice WHERE pool_id = :pool
)
SELECT d.number, coalesce(b.pence, 0), d.pence
FROM documents d LEFT JOIN books b ON b.invoice_id = d.id
WHERE coalesce(b.pence, 0) <> d.pence ORDER BY 1
"""

ALLOCATED_TOO_MUCH = """
SELECT 'The payment of ' || p.paid_on || ' (' || p.id || ')', coalesce(used.pence, 0) + coalesce(back.pence, 0),
       CASE p.state WHEN 'recorded' THEN p.amount ELSE 0 END
FROM payment p
LEFT JOIN (SELECT payment_id, sum(amount) AS pence FROM payment_allocation GROUP BY 1) used ON used.payment_id = p.id
LEFT JOIN (SELECT refunds_id, sum(amount) AS pence FROM payment WHERE state = 'recorded' GROUP BY 1) back
       ON back.refunds_id = p.id
WHERE p.pool_id = :pool
  AND coalesce(used.pence, 0) + coalesce(back.pence, 0) > CASE p.state WHEN 'recorded' THEN p.amount ELSE 0 END ORDER BY 1
"""

STATES = """
SELECT number, paid_total, total - credited_total FROM invoice
WHERE pool_id = :pool AND state <> 'draft' AND kind <> 'credit_note' AND state <> CASE
    WHEN credited_total >= total AND credited_total > 0 THEN 'credited'
    WHEN credited_total + paid_total >= total THEN 'paid'
    WHEN paid_total > 0 THEN 'part_paid'
    ELSE 'issued' END ORDER BY 1
"""

ACCOUNTS_OF_DOCUMENTS = """
WITH documents AS (
    SELECT CASE WHEN l.kind = 'employer_pension' THEN l.kind WHEN i.kind = 'credit_note' THEN 'credit_notes'
                ELSE 'income.' || l.kind END AS account,
           CASE WHEN i.kind = 'credit_note' THEN l.amount ELSE -l.amount END AS pence
      FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id WHERE i.pool_id = :pool AND i.state <> 'draft'
    UNION ALL
    SELECT 'vat', CASE WHEN kind = 'credit_note' THEN vat_total ELSE -vat_total END
      FROM invoice WHERE pool_id = :pool AND state <> 'draft'
    UNION ALL
    SELECT 'bank', CASE WHEN refunds_id IS NULL THEN amount ELSE -amount END
      FROM payment WHERE pool_id = :pool AND state = 'recorded'
    UNION ALL
    SELECT 'unallocated', CASE WHEN refunds_id IS NULL THEN -amount ELSE amount END
      FROM payment WHERE pool_id = :pool AND state = 'recorded'
    UNION ALL
    SELECT 'unallocated', amount FROM payment_allocation WHERE pool_id = :pool
    UNION ALL
    SELECT 'receivable', total - credited_total - paid_total
      FROM invoice WHERE pool_id = :pool AND state <> 'draft' AND kind <> 'credit_note'
), by_account AS (SELECT account, sum(pence) AS pence FROM documents GROUP BY 1),
books AS (SELECT account, sum(pence) AS pence FROM ledger_posting WHERE pool_id = :pool GROUP BY 1)
SELECT coalesce(b.account, d.account), coalesce(b.pence, 0), coalesce(d.pence, 0)
FROM books b FULL JOIN by_account d ON d.account = b.account
WHERE coalesce(b.pence, 0) <> coalesce(d.pence, 0) ORDER BY 1
"""
