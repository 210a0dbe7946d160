"""Who entered a usual week or a day that differs, when it was not the clinician."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What there is so far counts as entered by the clinicians themselves."""
    op.add_column("clinician", sa.Column("week_entered_by_id", sa.Uuid(), nullable=True))
    op.add_column("clinician", sa.Column("week_entered_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("availability_day", sa.Column("entered_by_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_clinician_week_entered_by_id_person"), "clinician", "person", ["week_entered_by_id"], ["id"]
    )
    op.create_foreign_key(
        op.f("fk_availability_day_entered_by_id_person"), "availability_day", "person", ["entered_by_id"], ["id"]
    )


def downgrade() -> None:
    """Nobody knows any more."""
    op.drop_constraint(op.f("fk_availability_day_entered_by_id_person"), "availability_day")
    op.drop_constraint(op.f("fk_clinician_week_entered_by_id_person"), "clinician")
    op.drop_column("availability_day", "entered_by_id")
    op.drop_column("clinician", "week_entered_at")
    op.drop_column("clinician", "week_entered_by_id")
