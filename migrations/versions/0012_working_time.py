"""Terms of clinicians that the engine has always known: shortest appointments, contracted sessions, weekly hours."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

CHECKS = {
    "shortest_appointment": "min_appointment_minutes BETWEEN 0 AND 60",
    "contracted_sessions": "contracted_sessions BETWEEN 0 AND 21",
    "weekly_hours": "weekly_hours BETWEEN 1 AND 84",
    "opt_out_in_order": "opt_out_until IS NULL OR opt_out_until >= opt_out_from",
}


def upgrade() -> None:
    """Nobody has any of them yet; the 48 hours hold for everybody whom the host employs."""
    for name in ("min_appointment_minutes", "contracted_sessions"):
        op.add_column("clinician", sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("0")))
        op.alter_column("clinician", name, server_default=None)
    op.add_column("clinician", sa.Column("weekly_hours", sa.Integer(), nullable=True))
    for name in ("opt_out_from", "opt_out_until"):
        op.add_column("clinician", sa.Column(name, sa.Date(), nullable=True))
    for name, rule in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_clinician_{name}"), "clinician", rule)


def downgrade() -> None:
    """Forget them."""
    for name in CHECKS:
        op.drop_constraint(f"ck_clinician_{name}", "clinician")
    for name in ("opt_out_until", "opt_out_from", "weekly_hours", "contracted_sessions", "min_appointment_minutes"):
        op.drop_column("clinician", name)
