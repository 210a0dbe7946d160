"""A clinician's own limit of sessions in any four weeks."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has one yet."""
    op.add_column("clinician", sa.Column("four_week_cap", sa.Integer(), nullable=True))
    op.create_check_constraint(op.f("ck_clinician_four_week_cap"), "clinician", "four_week_cap BETWEEN 0 AND 84")


def downgrade() -> None:
    """Forget it."""
    op.drop_constraint("ck_clinician_four_week_cap", "clinician")
    op.drop_column("clinician", "four_week_cap")
