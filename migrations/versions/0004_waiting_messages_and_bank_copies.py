"""When a message may be tried next; the bank details an invoice was issued with, encrypted like the seller's own."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Add the columns; messages that are already there may be tried at once."""
    op.add_column("message", sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE message SET next_try_at = created_at")
    op.alter_column("message", "next_try_at", nullable=False)
    op.drop_index("ix_message_waiting", "message")
    op.create_index("ix_message_waiting", "message", ["next_try_at"], postgresql_where=WAITING)
    op.add_column("invoice", sa.Column("bank_sort_code", sa.LargeBinary(), nullable=True))
    op.add_column("invoice", sa.Column("bank_account_number", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Remove them."""
    op.drop_column("invoice", "bank_account_number")
    op.drop_column("invoice", "bank_sort_code")
    op.drop_index("ix_message_waiting", "message")
    op.create_index("ix_message_waiting", "message", ["created_at"], postgresql_where=WAITING)
    op.drop_column("message", "next_try_at")
