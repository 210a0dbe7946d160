"""Large runs in parts, reserve lists and release waves, reports kept with a run."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

LIVE = "state IN ('pending', 'running', 'divided')"
LIVE_BEFORE = "state IN ('pending', 'running')"
OWN_POOLS = "pool_id = ANY (ARRAY(SELECT unnest(string_to_array(current_setting('app.pool_ids', true), ','))::uuid))"
NO_JSON = sa.text("'{}'::jsonb")
EMPTY_LIST = sa.text("'[]'::jsonb")


def upgrade() -> None:
    """A table of parts, a state for runs that wait for theirs, and what the pages of a plan show."""
    run_states("'pending', 'running', 'divided', 'published', 'failed'", LIVE)
    for column in ("objective", "bound"):
        op.alter_column("match_run", column, type_=sa.BigInteger())
    add("match_run", "report", postgresql.JSONB(astext_type=sa.Text()), NO_JSON)
    add("match_run", "fill_first", sa.Boolean(), sa.false())
    add("proposal", "reserve", postgresql.JSONB(astext_type=sa.Text()), EMPTY_LIST)
    add("proposal", "wave", sa.Integer(), sa.text("0"))
    op.execute("UPDATE proposal SET wave = 1 WHERE state = 'released'")
    op.add_column("proposal", sa.Column("next_wave_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_proposal_next_wave", "proposal", ["next_wave_at"], postgresql_where=sa.text("next_wave_at IS NOT NULL")
    )
    make_parts()


def add(table: str, name: str, kind: sa.types.TypeEngine, before: sa.sql.expression.ColumnElement) -> None:
    """A column that must not be empty; rows that are already there get `before`."""
    op.add_column(table, sa.Column(name, kind, nullable=False, server_default=before))
    op.alter_column(table, name, server_default=None)


def run_states(states: str, live: str) -> None:
    """The states of a run, and those of which a pool has one at a time."""
    op.drop_constraint("ck_match_run_known_state", "match_run")
    op.create_check_constraint(op.f("ck_match_run_known_state"), "match_run", f"state IN ({states})")
    op.drop_index("uq_match_run_live", "match_run")
    op.create_index("uq_match_run_live", "match_run", ["pool_id"], unique=True, postgresql_where=sa.text(live))


def make_parts() -> None:
    """The parts of a divided run, behind the fence of their pool."""
    op.create_table(
        "run_part",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pool_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("problem", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("solved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('pending', 'running', 'solved')", name=op.f("ck_run_part_known_state")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_run_part_pool_id_pool")),
        sa.ForeignKeyConstraint(["run_id"], ["match_run.id"], name=op.f("fk_run_part_run_id_match_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_part")),
        sa.UniqueConstraint("run_id", "number", name="uq_run_part_run_number"),
    )
    op.create_index(op.f("ix_run_part_pool_id"), "run_part", ["pool_id"])
    op.execute("ALTER TABLE run_part ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own_pools ON run_part USING ({OWN_POOLS}) WITH CHECK ({OWN_POOLS})")


def downgrade() -> None:
    """Remove it; runs that are divided have failed."""
    op.drop_table("run_part")
    op.drop_index("ix_proposal_next_wave", "proposal")
    for table, names in (("proposal", ("next_wave_at", "wave", "reserve")), ("match_run", ("fill_first", "report"))):
        for name in names:
            op.drop_column(table, name)
    op.execute("UPDATE match_run SET state = 'failed' WHERE state = 'divided'")
    for column in ("objective", "bound"):
        op.alter_column("match_run", column, type_=sa.Integer())
    run_states("'pending', 'running', 'published', 'failed'", LIVE_BEFORE)
