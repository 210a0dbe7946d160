"""Bank lines that are money the other way, or money that was recorded already."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every line so far was a payment of its own."""
    op.add_column("bank_line", sa.Column("goes_back", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("bank_line", "goes_back", server_default=None)
    op.add_column("bank_line", sa.Column("same_as_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_bank_line_same_as_id_payment"), "bank_line", "payment", ["same_as_id"], ["id"])
    op.create_index(op.f("ix_bank_line_same_as_id"), "bank_line", ["same_as_id"])


def downgrade() -> None:
    """Lines that were recognised, and money the other way, count as put aside: they must not pay an invoice."""
    op.execute(
        "UPDATE bank_line SET state = 'ignored' WHERE goes_back OR (same_as_id IS NOT NULL AND state = 'matched')"
    )
    op.drop_index("ix_bank_line_same_as_id", "bank_line")
    op.drop_constraint("fk_bank_line_same_as_id_payment", "bank_line")
    op.drop_column("bank_line", "same_as_id")
    op.drop_column("bank_line", "goes_back")
