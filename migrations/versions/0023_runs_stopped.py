"""Runs that a manager stops: what was wished, when, by whom."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BEFORE = "'pending', 'running', 'divided', 'published', 'failed'"
STATES = BEFORE + ", 'stopped'"


def upgrade() -> None:
    """Nobody has stopped any run so far."""
    known_states(STATES)
    op.add_column("match_run", sa.Column("stop", sa.Text(), nullable=False, server_default=""))
    op.alter_column("match_run", "stop", server_default=None)
    op.add_column("match_run", sa.Column("stop_asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("match_run", sa.Column("stop_asked_by_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_match_run_stop_asked_by_id_person"), "match_run", "person", ["stop_asked_by_id"], ["id"]
    )


def downgrade() -> None:
    """Runs that were stopped count as failed; their sentence says what happened."""
    op.execute("UPDATE match_run SET state = 'failed' WHERE state = 'stopped'")
    known_states(BEFORE)
    op.drop_constraint("fk_match_run_stop_asked_by_id_person", "match_run")
    for column in ("stop_asked_by_id", "stop_asked_at", "stop"):
        op.drop_column("match_run", column)


def known_states(states: str) -> None:
    """The states that PostgreSQL accepts."""
    op.drop_constraint("ck_match_run_known_state", "match_run")
    op.create_check_constraint(op.f("ck_match_run_known_state"), "match_run", f"state IN ({states})")
