"""Messages that are no longer true are dropped instead of sent; events of one step are found together."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

STATES = "state IN ('waiting', 'sent', 'failed', 'dropped')"
STATES_BEFORE = "state IN ('waiting', 'sent', 'failed')"


def upgrade() -> None:
    """A further way to end, and an index by instant."""
    op.drop_constraint(op.f("ck_message_known_state"), "message")
    op.create_check_constraint(op.f("ck_message_known_state"), "message", STATES)
    op.create_index("ix_outbox_message_at", "outbox_message", ["at"])


def downgrade() -> None:
    """Those that were dropped count as failed."""
    op.drop_index("ix_outbox_message_at", "outbox_message")
    op.execute("UPDATE message SET state = 'failed' WHERE state = 'dropped'")
    op.drop_constraint(op.f("ck_message_known_state"), "message")
    op.create_check_constraint(op.f("ck_message_known_state"), "message", STATES_BEFORE)
