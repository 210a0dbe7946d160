"""Runs over several pools: which run leads the others, and which pools are matched together."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NOBODY = sa.text("'{}'::text[]")


def upgrade() -> None:
    """Every run so far covered its own pool."""
    op.add_column("match_run", sa.Column("led_by_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_match_run_led_by_id_match_run"), "match_run", "match_run", ["led_by_id"], ["id"])
    op.create_index(op.f("ix_match_run_led_by_id"), "match_run", ["led_by_id"])
    together = sa.Column("together", postgresql.ARRAY(sa.Text()), nullable=False, server_default=NOBODY)
    op.add_column("match_run", together)
    op.alter_column("match_run", "together", server_default=None)


def downgrade() -> None:
    """Forget it; what is under way for several pools has failed, because each row would be taken for a run of its own. So
    that older programs can read the rules, pools no longer name each other."""
    op.execute(
        "UPDATE match_run SET state = 'failed' WHERE together <> '{}' AND state IN ('pending', 'running', 'divided')"
    )
    op.execute("UPDATE pool SET policy = policy - 'together'")
    op.drop_column("match_run", "together")
    op.drop_constraint("fk_match_run_led_by_id_match_run", "match_run")
    op.drop_index("ix_match_run_led_by_id", "match_run")
    op.drop_column("match_run", "led_by_id")
