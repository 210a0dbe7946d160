"""Status determinations, tax facts of sellers, figures that a pool sets itself, adjustments that were proposed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OWN_POOLS = "pool_id = ANY (ARRAY(SELECT unnest(string_to_array(current_setting('app.pool_ids', true), ','))::uuid))"
NEW_TABLES = ("status_determination", "pool_figure", "adjustment_proposal")

KEPT_AS_THEY_WERE = """
CREATE FUNCTION figure_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a figure that was recorded is kept: record a new one';
END $$;
CREATE TRIGGER pool_figure_frozen BEFORE UPDATE OR DELETE ON pool_figure
    FOR EACH ROW EXECUTE FUNCTION figure_is_frozen();

CREATE FUNCTION determination_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a status determination that was issued is kept: record a new one';
    END IF;
    IF (to_jsonb(NEW) - '{disagreed_at,disagreement,answered_at,answered_by_id,answer}'::text[]) IS DISTINCT FROM
       (to_jsonb(OLD) - '{disagreed_at,disagreement,answered_at,answered_by_id,answer}'::text[]) THEN
        RAISE EXCEPTION 'a status determination that was issued never changes: record a new one';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER status_determination_frozen BEFORE UPDATE OR DELETE ON status_determination
    FOR EACH ROW EXECUTE FUNCTION determination_is_frozen();
"""


def upgrade() -> None:
    """Columns of sellers and practices, three tables, and what PostgreSQL refuses on them."""
    add_tax_facts()
    make_determinations()
    make_figures()
    make_adjustments()
    op.execute(KEPT_AS_THEY_WERE)
    for table in NEW_TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_pools ON {table} USING ({OWN_POOLS}) WITH CHECK ({OWN_POOLS})")


def add_tax_facts() -> None:
    """Who is registered for what; nobody has said it yet."""
    for column, default in (("vat_status", "unregistered"), ("vat_number", ""), ("company_number", ""), ("gln", "")):
        op.add_column("seller", sa.Column(column, sa.Text(), nullable=False, server_default=default))
        op.alter_column("seller", column, server_default=None)
    op.create_check_constraint(
        op.f("ck_seller_known_vat_status"), "seller", "vat_status IN ('unregistered', 'registered')"
    )
    op.create_check_constraint(
        op.f("ck_seller_registered_has_number"), "seller", "(vat_status = 'registered') = (vat_number <> '')"
    )
    op.add_column("practice", sa.Column("gln", sa.Text(), nullable=False, server_default=""))
    op.add_column("practice", sa.Column("small_client", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("practice", "gln", server_default=None)
    op.alter_column("practice", "small_client", server_default=None)


def reference(table: str, column: str, target: str, *, nullable: bool = False) -> sa.Column:
    """A column that points at a row of another table."""
    key = sa.ForeignKey(f"{target}.id", name=f"fk_{table}_{column}_{target}")
    return sa.Column(column, sa.Uuid(), key, nullable=nullable)


def make_determinations() -> None:
    """What a practice decided about a company, and whether the clinician disagreed."""
    table = "status_determination"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        reference(table, "pool_id", "pool"),
        reference(table, "practice_id", "practice"),
        reference(table, "clinician_id", "clinician"),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        reference(table, "issued_by_id", "person", nullable=True),
        sa.Column("disagreed_at", sa.DateTime(timezone=True)),
        sa.Column("disagreement", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        reference(table, "answered_by_id", "person", nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("outcome IN ('inside', 'outside')", name=op.f(f"ck_{table}_known_outcome")),
        sa.CheckConstraint("pattern IN ('absence', 'extra')", name=op.f(f"ck_{table}_known_pattern")),
        sa.CheckConstraint("review_on > decided_on", name=op.f(f"ck_{table}_review_after_decision")),
        sa.CheckConstraint(
            "answered_at IS NULL OR disagreed_at IS NOT NULL", name=op.f(f"ck_{table}_answers_something")
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    for column in ("pool_id", "practice_id", "clinician_id"):
        op.create_index(f"ix_{table}_{column}", table, [column])


def make_figures() -> None:
    """One row for each word of a pool about one of its figures; the newest counts."""
    table = "pool_figure"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        reference(table, "pool_id", "pool"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("profession", sa.Text(), nullable=False),
        sa.Column("session_kind", sa.Text(), nullable=False),
        sa.Column("figures", JSONB(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        reference(table, "recorded_by_id", "person", nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('guide_rate', 'platform_fee', 'on_costs')", name=op.f(f"ck_{table}_known_kind")),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_pool_id", table, ["pool_id"])


def make_adjustments() -> None:
    """What would come out differently with what is known now."""
    table = "adjustment_proposal"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        reference(table, "pool_id", "pool"),
        reference(table, "practice_id", "practice"),
        reference(table, "clinician_id", "clinician", nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("figure_table", sa.Text(), nullable=False),
        sa.Column("used", sa.Text(), nullable=False),
        sa.Column("now_known", sa.Text(), nullable=False),
        sa.Column("old_amount", sa.BigInteger(), nullable=False),
        sa.Column("new_amount", sa.BigInteger(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        reference(table, "decided_by_id", "person", nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        reference(table, "charge_id", "charge", nullable=True),
        reference(table, "credit_request_id", "credit_request", nullable=True),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('proposed', 'accepted', 'dismissed')", name=op.f(f"ck_{table}_known_state")),
        sa.CheckConstraint("subject IN ('charge', 'form_a', 'form_b')", name=op.f(f"ck_{table}_known_subject")),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("source_key", name=f"uq_{table}_source_key"),
    )
    for column in ("pool_id", "practice_id", "clinician_id"):
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    """Remove all of it."""
    for table in reversed(NEW_TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION figure_is_frozen, determination_is_frozen")
    op.drop_column("practice", "small_client")
    op.drop_column("practice", "gln")
    op.drop_constraint("ck_seller_registered_has_number", "seller")
    op.drop_constraint("ck_seller_known_vat_status", "seller")
    for column in ("gln", "company_number", "vat_number", "vat_status"):
        op.drop_column("seller", column)
