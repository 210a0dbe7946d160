"""What is to be billed: charges; invoices of several kinds made from them; requests for credit notes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OWN_POOLS = "pool_id = ANY (ARRAY(SELECT unnest(string_to_array(current_setting('app.pool_ids', true), ','))::uuid))"
STILL_MOVES = "state,paid_total,paid_on,credited_total,pdf,pdf_sha256,ubl,ubl_sha256"
MOVED_BEFORE = "state,paid_total,paid_on,pdf,pdf_sha256"

CHARGE_NEVER_CHANGES = """
CREATE FUNCTION charge_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state NOT IN ('claimed', 'withdrawn') THEN
            RAISE EXCEPTION 'charge % is %, and is kept for ever', OLD.id, OLD.state;
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state IN ('agreed', 'billed') AND to_jsonb(NEW) - 'state' IS DISTINCT FROM to_jsonb(OLD) - 'state' THEN
        RAISE EXCEPTION 'charge % is % and never changes', OLD.id, OLD.state;
    END IF;
    IF OLD.state = 'billed' AND NEW.state <> 'billed' THEN
        RAISE EXCEPTION 'charge % is billed and never changes', OLD.id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER charge_frozen BEFORE UPDATE OR DELETE ON charge
    FOR EACH ROW EXECUTE FUNCTION charge_is_frozen();
"""

INVOICE_NEVER_CHANGES = """
CREATE OR REPLACE FUNCTION invoice_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'invoice % is issued and is kept for ever', OLD.number;
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state <> 'draft' AND
       (to_jsonb(NEW) - '{still_moves}'::text[]) IS DISTINCT FROM (to_jsonb(OLD) - '{still_moves}'::text[]) THEN
        RAISE EXCEPTION 'invoice % is issued and never changes', OLD.number;
    END IF;
    IF OLD.pdf IS NOT NULL AND (NEW.pdf IS DISTINCT FROM OLD.pdf OR NEW.pdf_sha256 IS DISTINCT FROM OLD.pdf_sha256) THEN
        RAISE EXCEPTION 'the document of invoice % never changes', OLD.number;
    END IF;
    {more}
    IF OLD.state <> 'draft' AND NEW.state = 'draft' THEN
        RAISE EXCEPTION 'invoice % cannot become a draft again', OLD.number;
    END IF;
    RETURN NEW;
END $$;
"""

UBL_AND_CREDITS = """
    IF OLD.ubl IS NOT NULL AND (NEW.ubl IS DISTINCT FROM OLD.ubl OR NEW.ubl_sha256 IS DISTINCT FROM OLD.ubl_sha256) THEN
        RAISE EXCEPTION 'the document of invoice % never changes', OLD.number;
    END IF;
    IF NEW.credited_total < OLD.credited_total THEN
        RAISE EXCEPTION 'what was credited on invoice % never changes', OLD.number;
    END IF;
"""

MONEY_OF_OLD_INVOICES = """
UPDATE invoice SET net_total = total,
    vat_category = CASE mode WHEN 'recharge' THEN 'E' ELSE 'O' END
"""


def upgrade() -> None:
    """Charges first, because lines of invoices point at them."""
    make_charges()
    widen_invoices()
    make_credit_requests()
    ask_practices()
    op.execute(CHARGE_NEVER_CHANGES)
    op.execute(frozen_invoice(STILL_MOVES, UBL_AND_CREDITS))
    for table in ("charge", "credit_request"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_pools ON {table} USING ({OWN_POOLS}) WITH CHECK ({OWN_POOLS})")


def frozen_invoice(still_moves: str, more: str) -> str:
    """The trigger's function with the columns that an issued invoice may still change."""
    return INVOICE_NEVER_CHANGES.replace("{still_moves}", f"{{{still_moves}}}").replace("{more}", more)


def make_charges() -> None:
    """One row for each thing to be paid for."""
    op.create_table(
        "charge",
        sa.Column("seller_kind", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), sa.ForeignKey("booking.id", name="fk_charge_booking_id_booking")),
        sa.Column("timesheet_id", sa.Uuid(), sa.ForeignKey("timesheet.id", name="fk_charge_timesheet_id_timesheet")),
        sa.Column("parent_id", sa.Uuid(), sa.ForeignKey("charge.id", name="fk_charge_parent_id_charge")),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("supplied_on", sa.Date(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(12, 4), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("working", sa.Text(), nullable=False),
        sa.Column("pensionable", sa.Boolean(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True)),
        sa.Column("id", sa.Uuid(), nullable=False),
        *owners("charge"),
        sa.CheckConstraint(
            "state IN ('claimed', 'disputed', 'agreed', 'billed', 'refused', 'withdrawn')",
            name=op.f("ck_charge_known_state"),
        ),
        sa.CheckConstraint(
            "kind IN ('session', 'extra_time', 'extra_visits', 'mileage', 'cancellation', 'holiday_pay', 'on_costs',"
            " 'platform_fee', 'late_payment', 'adjustment')",
            name=op.f("ck_charge_known_kind"),
        ),
        sa.CheckConstraint("seller_kind IN ('clinician', 'host', 'platform')", name=op.f("ck_charge_known_seller")),
        sa.CheckConstraint(
            "seller_kind <> 'clinician' OR clinician_id IS NOT NULL", name=op.f("ck_charge_clinician_sells_own")
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_charge_amount_not_negative")),
        sa.CheckConstraint(
            "(state IN ('agreed', 'billed')) <= (agreed_at IS NOT NULL)", name=op.f("ck_charge_agreed_has_instant")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_charge"),
        sa.UniqueConstraint("source_key", name="uq_charge_source_key"),
    )
    for column in ("booking_id", "parent_id", "clinician_id", "practice_id", "pool_id"):
        op.create_index(f"ix_charge_{column}", "charge", [column])
    op.create_index(
        "ix_charge_agreed", "charge", ["pool_id", "practice_id"], postgresql_where=sa.text("state IN ('agreed')")
    )


def owners(table: str) -> list[sa.Column]:
    """Whose row it is: pool, practice, perhaps a clinician."""
    return [
        sa.Column(
            "practice_id",
            sa.Uuid(),
            sa.ForeignKey("practice.id", name=f"fk_{table}_practice_id_practice"),
            nullable=False,
        ),
        sa.Column("clinician_id", sa.Uuid(), sa.ForeignKey("clinician.id", name=f"fk_{table}_clinician_id_clinician")),
        sa.Column("pool_id", sa.Uuid(), sa.ForeignKey("pool.id", name=f"fk_{table}_pool_id_pool"), nullable=False),
    ]


def widen_invoices() -> None:
    """Kinds of documents, net and VAT apart, credits, the electronic document; lines point at charges."""
    op.execute("ALTER TABLE invoice DISABLE TRIGGER invoice_frozen")
    op.add_column("invoice", sa.Column("kind", sa.Text(), nullable=False, server_default="invoice"))
    op.add_column("invoice", sa.Column("corrects_id", sa.Uuid()))
    op.add_column("invoice", sa.Column("period_from", sa.Date()))
    op.add_column("invoice", sa.Column("period_to", sa.Date()))
    op.add_column("invoice", sa.Column("vat_category", sa.Text(), nullable=False, server_default="O"))
    op.add_column("invoice", sa.Column("vat_rate", sa.Numeric(5, 2), nullable=False, server_default="0"))
    op.add_column("invoice", sa.Column("vat_reason_code", sa.Text(), nullable=False, server_default=""))
    op.add_column("invoice", sa.Column("working", postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}"))
    for name in ("net_total", "vat_total", "credited_total"):
        op.add_column("invoice", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(MONEY_OF_OLD_INVOICES)
    for name in (
        "kind",
        "vat_category",
        "vat_rate",
        "vat_reason_code",
        "working",
        "net_total",
        "vat_total",
        "credited_total",
    ):
        op.alter_column("invoice", name, server_default=None)
    op.add_column("invoice", sa.Column("ubl", sa.LargeBinary()))
    op.add_column("invoice", sa.Column("ubl_sha256", sa.Text()))
    op.add_column("invoice", sa.Column("requested_by_id", sa.Uuid()))
    op.add_column("invoice", sa.Column("approved_by_id", sa.Uuid()))
    op.create_foreign_key("fk_invoice_corrects_id_invoice", "invoice", "invoice", ["corrects_id"], ["id"])
    op.create_foreign_key("fk_invoice_requested_by_id_person", "invoice", "person", ["requested_by_id"], ["id"])
    op.create_foreign_key("fk_invoice_approved_by_id_person", "invoice", "person", ["approved_by_id"], ["id"])
    op.create_index("ix_invoice_corrects_id", "invoice", ["corrects_id"])
    for name, condition in INVOICE_CHECKS.items():
        op.create_check_constraint(op.f(f"ck_invoice_{name}"), "invoice", condition)
    op.execute("ALTER TABLE invoice ENABLE TRIGGER invoice_frozen")
    widen_lines()
    op.drop_constraint("uq_seller_pool_clinician", "seller")
    op.drop_constraint("ck_seller_known_kind", "seller")
    op.create_check_constraint(op.f("ck_seller_known_kind"), "seller", "kind IN ('clinician', 'host', 'platform')")
    op.create_unique_constraint(
        "uq_seller_pool_kind_clinician",
        "seller",
        ["pool_id", "kind", "clinician_id"],
        postgresql_nulls_not_distinct=True,
    )


INVOICE_CHECKS = {
    "known_kind": "kind IN ('invoice', 'supplementary', 'credit_note', 'late_payment')",
    "net_and_vat_are_the_total": "total = net_total + vat_total",
    "credited_at_most_the_total": "credited_total BETWEEN 0 AND total",
    "credit_note_needs_two_people": (
        "kind <> 'credit_note' OR (corrects_id IS NOT NULL AND requested_by_id IS NOT NULL"
        " AND approved_by_id IS NOT NULL AND requested_by_id <> approved_by_id)"
    ),
}


def widen_lines() -> None:
    """A charge is on one line; a line of a credit note names the line it takes back."""
    op.add_column("invoice_line", sa.Column("charge_id", sa.Uuid()))
    op.add_column("invoice_line", sa.Column("credits_id", sa.Uuid()))
    op.create_foreign_key("fk_invoice_line_charge_id_charge", "invoice_line", "charge", ["charge_id"], ["id"])
    op.create_foreign_key(
        "fk_invoice_line_credits_id_invoice_line", "invoice_line", "invoice_line", ["credits_id"], ["id"]
    )
    op.create_index("ix_invoice_line_credits_id", "invoice_line", ["credits_id"])
    op.create_index(
        "uq_invoice_line_charge",
        "invoice_line",
        ["charge_id"],
        unique=True,
        postgresql_where=sa.text("credits_id IS NULL"),
    )
    op.drop_constraint("uq_invoice_line_booking_kind", "invoice_line")
    op.alter_column("invoice_line", "booking_id", nullable=True)


def make_credit_requests() -> None:
    """Asked by one person, decided by another."""
    op.create_table(
        "credit_request",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lines", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rebill", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by_id", sa.Uuid()),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("credit_note_id", sa.Uuid()),
        sa.Column("id", sa.Uuid(), nullable=False),
        *owners("credit_request"),
        sa.CheckConstraint(
            "state IN ('asked', 'approved', 'refused', 'withdrawn')", name=op.f("ck_credit_request_known_state")
        ),
        sa.CheckConstraint("decided_by_id <> asked_by_id", name=op.f("ck_credit_request_two_people")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name="fk_credit_request_invoice_id_invoice"),
        sa.ForeignKeyConstraint(["credit_note_id"], ["invoice.id"], name="fk_credit_request_credit_note_id_invoice"),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name="fk_credit_request_asked_by_id_person"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name="fk_credit_request_decided_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_credit_request"),
    )
    for column in ("invoice_id", "clinician_id", "practice_id", "pool_id"):
        op.create_index(f"ix_credit_request_{column}", "credit_request", [column])
    op.create_index(
        "uq_credit_request_open",
        "credit_request",
        ["invoice_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('asked')"),
    )


def ask_practices() -> None:
    """How a practice wants its invoices."""
    op.add_column("practice", sa.Column("invoice_grouping", sa.Text(), nullable=False, server_default="session"))
    op.add_column(
        "practice", sa.Column("order_reference_required", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("practice", sa.Column("order_reference", sa.Text(), nullable=False, server_default=""))
    for name in ("invoice_grouping", "order_reference_required", "order_reference"):
        op.alter_column("practice", name, server_default=None)
    op.create_check_constraint(
        op.f("ck_practice_known_grouping"), "practice", "invoice_grouping IN ('session', 'week', 'month')"
    )


def downgrade() -> None:
    """Back to one kind of invoice; refused by PostgreSQL when there are rows that only this release knows."""
    for name in ("order_reference", "order_reference_required", "invoice_grouping"):
        op.drop_column("practice", name)
    op.drop_table("credit_request")
    narrow_lines()
    op.drop_constraint("uq_seller_pool_kind_clinician", "seller")
    op.drop_constraint("ck_seller_known_kind", "seller")
    op.create_check_constraint(op.f("ck_seller_known_kind"), "seller", "kind IN ('clinician', 'host')")
    op.create_unique_constraint(
        "uq_seller_pool_clinician", "seller", ["pool_id", "clinician_id"], postgresql_nulls_not_distinct=True
    )
    for name in INVOICE_CHECKS:
        op.drop_constraint(f"ck_invoice_{name}", "invoice")
    for name in (
        "approved_by_id",
        "requested_by_id",
        "ubl_sha256",
        "ubl",
        "credited_total",
        "vat_total",
        "net_total",
        "working",
        "vat_reason_code",
        "vat_rate",
        "vat_category",
        "period_to",
        "period_from",
        "corrects_id",
        "kind",
    ):
        op.drop_column("invoice", name)
    op.execute(frozen_invoice(MOVED_BEFORE, ""))
    op.drop_table("charge")
    op.execute("DROP FUNCTION charge_is_frozen")


def narrow_lines() -> None:
    """Lines belong to a booking again."""
    op.alter_column("invoice_line", "booking_id", nullable=False)
    op.create_unique_constraint("uq_invoice_line_booking_kind", "invoice_line", ["booking_id", "kind"])
    op.drop_index("uq_invoice_line_charge", "invoice_line")
    op.drop_column("invoice_line", "credits_id")
    op.drop_column("invoice_line", "charge_id")
