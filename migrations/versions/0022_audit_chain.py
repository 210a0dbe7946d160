"""The audit trail in a chain of hashes, with a head for each day: whoever rewrites history breaks it."""

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

OWN_POOLS = "pool_id = ANY (ARRAY(SELECT unnest(string_to_array(current_setting('app.pool_ids', true), ','))::uuid))"


def upgrade() -> None:
    """Entries that are there already get their number now and their link from the next sweep."""
    op.add_column("audit_entry", sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False))
    op.create_index("ix_audit_entry_seq", "audit_entry", ["pool_id", "seq"])
    chained(
        "audit_link",
        "position",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["audit_entry.id"], name="fk_audit_link_entry_id_audit_entry"),
        sa.UniqueConstraint("entry_id", name="uq_audit_link_entry_id"),
    )
    chained(
        "audit_head",
        "day",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
    )


def chained(table: str, once: str, *more: sa.Column | sa.Constraint) -> None:
    """A table of a pool that the application adds to and never changes."""
    op.create_table(
        table,
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        *more,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pool_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=f"fk_{table}_pool_id_pool"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("pool_id", "position" if once == "position" else "on", name=f"uq_{table}_{once}"),
    )
    op.create_index(f"ix_{table}_pool_id", table, ["pool_id"])
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own_pools ON {table} USING ({OWN_POOLS}) WITH CHECK ({OWN_POOLS})")
    role = sa.make_url(current_app.extensions["pool_config"].database_url).username
    op.execute(f'REVOKE UPDATE, DELETE ON {table} FROM "{role}"')


def downgrade() -> None:
    """Forget the chain; the entries stay."""
    op.drop_table("audit_head")
    op.drop_table("audit_link")
    op.drop_index("ix_audit_entry_seq", "audit_entry")
    op.drop_column("audit_entry", "seq")
