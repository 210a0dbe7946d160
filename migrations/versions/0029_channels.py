"""A message has a channel, and one that is no longer true is called superseded."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

STATES = "state IN ('waiting', 'sent', 'failed', 'superseded')"
STATES_BEFORE = "state IN ('waiting', 'sent', 'failed', 'dropped')"


def upgrade() -> None:
    """Every message so far is an e-mail."""
    op.add_column("message", sa.Column("channel", sa.Text(), nullable=False, server_default="email"))
    op.alter_column("message", "channel", server_default=None)
    op.drop_constraint("uq_message_once", "message")
    op.create_unique_constraint("uq_message_once", "message", ["outbox_id", "channel", "template", "address"])
    op.drop_constraint(op.f("ck_message_known_state"), "message")
    op.execute("UPDATE message SET state = 'superseded' WHERE state = 'dropped'")
    op.create_check_constraint(op.f("ck_message_known_state"), "message", STATES)


def downgrade() -> None:
    """Messages of other channels that wait have failed: the program of before would send them by e-mail."""
    op.execute("UPDATE message SET state = 'failed' WHERE state = 'waiting' AND channel <> 'email'")
    op.drop_constraint(op.f("ck_message_known_state"), "message")
    op.execute("UPDATE message SET state = 'dropped' WHERE state = 'superseded'")
    op.create_check_constraint(op.f("ck_message_known_state"), "message", STATES_BEFORE)
    op.drop_constraint("uq_message_once", "message")
    op.create_unique_constraint("uq_message_once", "message", ["outbox_id", "template", "address"])
    op.drop_column("message", "channel")
