"""Payments, bank lines, reminders, and the double-entry ledger, with what was invoiced and paid before."""

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OWN_POOLS = "pool_id = ANY (ARRAY(SELECT unnest(string_to_array(current_setting('app.pool_ids', true), ','))::uuid))"
FENCED = (
    "bank_import",
    "bank_line",
    "payment",
    "payment_allocation",
    "ledger_entry",
    "ledger_posting",
    "reminder",
)
ONLY_ADDED_TO = ("payment_allocation", "ledger_entry", "ledger_posting")
OPEN_LINES = sa.text("state IN ('unmatched', 'proposed')")

LEDGER_BALANCES = """
CREATE FUNCTION ledger_entry_balances() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    this_entry uuid := CASE TG_TABLE_NAME WHEN 'ledger_entry' THEN NEW.id ELSE (to_jsonb(NEW) ->> 'entry_id')::uuid END;
    sides bigint; balance numeric; strangers bigint;
BEGIN
    SELECT count(*), coalesce(sum(p.pence), 0),
           count(*) FILTER (WHERE (p.pool_id, p.practice_id, p.seller_id) <> (e.pool_id, e.practice_id, e.seller_id))
      INTO sides, balance, strangers
      FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id WHERE p.entry_id = this_entry;
    IF sides < 1 OR balance <> 0 THEN
        RAISE EXCEPTION 'ledger entry % does not balance: its % sides come to % pence', this_entry, sides, balance
            USING ERRCODE = 'check_violation';
    END IF;
    IF strangers > 0 THEN
        RAISE EXCEPTION 'ledger entry % mixes pools, practices or sellers', this_entry USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_entry_balances AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_entry_balances();
CREATE CONSTRAINT TRIGGER ledger_posting_balances AFTER INSERT ON ledger_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_entry_balances();
REVOKE ALL ON FUNCTION ledger_entry_balances FROM PUBLIC;
"""

ONLY_ADDED = """
CREATE FUNCTION rows_are_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only added: write one that undoes it', TG_TABLE_NAME
        USING ERRCODE = 'check_violation';
END $$;
"""

PAYMENT_NEVER_CHANGES = """
CREATE FUNCTION payment_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'payment % is kept for ever: undo it instead', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'undone' OR
       (to_jsonb(NEW) - '{state,undone_at,undone_by_id,undo_reason}'::text[])
       IS DISTINCT FROM (to_jsonb(OLD) - '{state,undone_at,undone_by_id,undo_reason}'::text[]) THEN
        RAISE EXCEPTION 'payment % never changes: undo it and record it again', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payment_frozen BEFORE UPDATE OR DELETE ON payment
    FOR EACH ROW EXECUTE FUNCTION payment_is_frozen();
"""

PAID_BEFORE = """
INSERT INTO payment (id, pool_id, practice_id, clinician_id, seller_id, state, paid_on, amount, reference, recorded_at,
                     undo_reason)
SELECT id, pool_id, practice_id, clinician_id, seller_id, 'recorded', paid_on, paid_total, number,
       (paid_on + time '12:00') AT TIME ZONE 'Europe/London', ''
FROM invoice WHERE state <> 'draft' AND paid_total > 0 AND paid_on IS NOT NULL;

INSERT INTO payment_allocation (id, pool_id, practice_id, clinician_id, payment_id, invoice_id, amount, at, "on")
SELECT gen_random_uuid(), pool_id, practice_id, clinician_id, id, id, amount, recorded_at, paid_on FROM payment;
"""

ENTRIES_OF_BEFORE = """
INSERT INTO ledger_entry (id, pool_id, practice_id, clinician_id, seller_id, source_key, kind, "on", at, invoice_id,
                          payment_id)
SELECT gen_random_uuid(), pool_id, practice_id, clinician_id, seller_id, 'invoice:' || id, kind, issued_on, issued_at,
       id, NULL::uuid FROM invoice WHERE state <> 'draft'
UNION ALL
SELECT gen_random_uuid(), pool_id, practice_id, clinician_id, seller_id, 'payment:' || id, 'payment', paid_on,
       recorded_at, NULL, id FROM payment
UNION ALL
SELECT gen_random_uuid(), a.pool_id, a.practice_id, a.clinician_id, p.seller_id, 'allocation:' || a.id, 'allocation',
       a."on", a.at, a.invoice_id, a.payment_id FROM payment_allocation a JOIN payment p ON p.id = a.payment_id;
"""

SIDES_OF_BEFORE = """
WITH earned AS (
    SELECT invoice_id, CASE kind WHEN 'employer_pension' THEN kind ELSE 'income.' || kind END AS account,
           -sum(amount)::bigint AS pence FROM invoice_line GROUP BY 1, 2
), sides AS (
    SELECT 'invoice:' || i.id AS source_key, 'receivable' AS account, i.id AS invoice_id, i.total AS pence
      FROM invoice i
    UNION ALL SELECT 'invoice:' || invoice_id, account, NULL, pence FROM earned WHERE pence <> 0
    UNION ALL SELECT 'invoice:' || id, 'vat', NULL, -vat_total FROM invoice WHERE vat_total <> 0
    UNION ALL SELECT 'payment:' || id, 'bank', NULL, amount FROM payment
    UNION ALL SELECT 'payment:' || id, 'unallocated', NULL, -amount FROM payment
    UNION ALL SELECT 'allocation:' || id, 'unallocated', NULL, amount FROM payment_allocation
    UNION ALL SELECT 'allocation:' || id, 'receivable', invoice_id, -amount FROM payment_allocation
)
INSERT INTO ledger_posting (id, pool_id, practice_id, clinician_id, seller_id, entry_id, account, invoice_id, pence)
SELECT gen_random_uuid(), e.pool_id, e.practice_id, e.clinician_id, e.seller_id, e.id, s.account, s.invoice_id, s.pence
FROM sides s JOIN ledger_entry e USING (source_key);
"""


def upgrade() -> None:
    """The tables, what happened before, and only then what guards them."""
    make_bank_lines()
    make_payments()
    make_ledger()
    make_reminders()
    for statements in (PAID_BEFORE, ENTRIES_OF_BEFORE, SIDES_OF_BEFORE):
        op.execute(statements)
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in FENCED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_pools ON {table} USING ({OWN_POOLS}) WITH CHECK ({OWN_POOLS})")
    guard()


def guard() -> None:
    """Entries balance; entries, postings and allocations are only added; payments are undone, never changed."""
    for statements in (LEDGER_BALANCES, ONLY_ADDED, PAYMENT_NEVER_CHANGES):
        op.execute(statements)
    role = application_role()
    for table in ONLY_ADDED_TO:
        op.execute(
            f"CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION rows_are_only_added()"
        )
        op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM {role}")
    op.execute(f"REVOKE DELETE ON payment FROM {role}")


def application_role() -> str:
    """The role in DATABASE_URL."""
    return f'"{sa.make_url(current_app.extensions["pool_config"].database_url).username}"'


def foreign(table: str, column: str, target: str, *, nullable: bool = True) -> sa.Column:
    """A column that points at another table, named as the models name it."""
    key = sa.ForeignKey(f"{target}.id", name=f"fk_{table}_{column}_{target}")
    return sa.Column(column, sa.Uuid(), key, nullable=nullable)


def make_bank_lines() -> None:
    """Uploaded files and their lines."""
    op.create_table(
        "bank_import",
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        foreign("bank_import", "uploaded_by_id", "person"),
        sa.Column("report", sa.dialects.postgresql.JSONB(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        foreign("bank_import", "practice_id", "practice"),
        foreign("bank_import", "pool_id", "pool", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bank_import"),
        sa.UniqueConstraint("pool_id", "fingerprint", name="uq_bank_import_pool_fingerprint"),
    )
    op.create_table(
        "bank_line",
        foreign("bank_line", "bank_import_id", "bank_import", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("proposed_ids", sa.dialects.postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        foreign("bank_line", "settled_by_id", "person"),
        sa.Column("id", sa.Uuid(), nullable=False),
        foreign("bank_line", "practice_id", "practice"),
        foreign("bank_line", "pool_id", "pool", nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_bank_line_amount_above_zero")),
        sa.CheckConstraint(
            "state IN ('unmatched', 'proposed', 'matched', 'ignored')", name=op.f("ck_bank_line_known_state")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_bank_line"),
        sa.UniqueConstraint("pool_id", "fingerprint", name="uq_bank_line_pool_fingerprint"),
    )
    op.create_index("ix_bank_line_open", "bank_line", ["pool_id", "paid_on"], postgresql_where=OPEN_LINES)
    index("bank_import", "practice_id", "pool_id")
    index("bank_line", "bank_import_id", "practice_id", "pool_id")


def index(table: str, *columns: str) -> None:
    """One plain index for each column."""
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def owners(table: str) -> list[sa.Column]:
    """Whose row it is: pool, practice, perhaps a clinician."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        foreign(table, "practice_id", "practice", nullable=False),
        foreign(table, "clinician_id", "clinician"),
        foreign(table, "pool_id", "pool", nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def make_payments() -> None:
    """Payments, and where they were put."""
    op.create_table(
        "payment",
        foreign("payment", "seller_id", "seller", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        foreign("payment", "refunds_id", "payment"),
        foreign("payment", "bank_line_id", "bank_line"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        foreign("payment", "recorded_by_id", "person"),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        foreign("payment", "undone_by_id", "person"),
        sa.Column("undo_reason", sa.Text(), nullable=False),
        *owners("payment"),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_amount_above_zero")),
        sa.CheckConstraint("state IN ('recorded', 'undone')", name=op.f("ck_payment_known_state")),
        sa.CheckConstraint("(state = 'undone') = (undone_at IS NOT NULL)", name=op.f("ck_payment_undone_has_instant")),
    )
    op.create_index(
        "uq_payment_bank_line_seller",
        "payment",
        ["bank_line_id", "seller_id"],
        unique=True,
        postgresql_where=sa.text("state = 'recorded'"),
    )
    index("payment", "seller_id", "refunds_id", "bank_line_id", "practice_id", "clinician_id", "pool_id")
    op.create_table(
        "payment_allocation",
        foreign("payment_allocation", "payment_id", "payment", nullable=False),
        foreign("payment_allocation", "invoice_id", "invoice", nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        foreign("payment_allocation", "by_id", "person"),
        *owners("payment_allocation"),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_payment_allocation_amount_not_zero")),
    )
    index("payment_allocation", "payment_id", "invoice_id", "practice_id", "clinician_id", "pool_id")


def make_ledger() -> None:
    """Entries and their sides."""
    op.create_table(
        "ledger_entry",
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        foreign("ledger_entry", "seller_id", "seller", nullable=False),
        foreign("ledger_entry", "invoice_id", "invoice"),
        foreign("ledger_entry", "payment_id", "payment"),
        *owners("ledger_entry"),
        sa.UniqueConstraint("source_key", name="uq_ledger_entry_source_key"),
    )
    op.create_index("ix_ledger_entry_pool_on", "ledger_entry", ["pool_id", "on"])
    index("ledger_entry", "invoice_id", "payment_id", "practice_id", "clinician_id", "pool_id")
    op.create_table(
        "ledger_posting",
        foreign("ledger_posting", "entry_id", "ledger_entry", nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        foreign("ledger_posting", "seller_id", "seller", nullable=False),
        foreign("ledger_posting", "invoice_id", "invoice"),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        *owners("ledger_posting"),
        sa.CheckConstraint(
            "(account = 'receivable') = (invoice_id IS NOT NULL)", name=op.f("ck_ledger_posting_owed_on_an_invoice")
        ),
    )
    op.create_index("ix_ledger_posting_pool_account", "ledger_posting", ["pool_id", "account"])
    index("ledger_posting", "entry_id", "seller_id", "invoice_id", "practice_id", "clinician_id", "pool_id")


def make_reminders() -> None:
    """Which invoice was reminded of, after how many days."""
    op.create_table(
        "reminder",
        foreign("reminder", "invoice_id", "invoice", nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=False),
        *owners("reminder"),
        sa.UniqueConstraint("invoice_id", "days", name="uq_reminder_invoice_days"),
    )
    index("reminder", "invoice_id", "practice_id", "clinician_id", "pool_id")


def downgrade() -> None:
    """Back to invoices that are paid or not; what was paid stays in their columns."""
    for table in (
        "reminder",
        "ledger_posting",
        "ledger_entry",
        "payment_allocation",
        "payment",
        "bank_line",
        "bank_import",
    ):
        op.drop_table(table)
    for function in ("ledger_entry_balances", "rows_are_only_added", "payment_is_frozen"):
        op.execute(f"DROP FUNCTION {function}")
