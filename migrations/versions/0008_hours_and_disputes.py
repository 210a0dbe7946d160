"""Items of a timesheet and the disputes about them."""

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OWN_POOLS = "pool_id = ANY (ARRAY(SELECT unnest(string_to_array(current_setting('app.pool_ids', true), ','))::uuid))"
EXTRAS = {
    "extra_visits": sa.Integer(),
    "visit_fee": sa.BigInteger(),
    "miles": sa.Numeric(6, 1),
    "miles_before": sa.Numeric(8, 1),
}
STATES = "state IN ('with_clinician', 'with_practice', 'with_manager', 'settled', 'decided')"

NOBODY_WAITS_FOR_THE_OLD_QUERY = """
UPDATE booking SET state = 'worked' FROM timesheet
WHERE timesheet.booking_id = booking.id AND timesheet.state = 'queried' AND booking.state = 'queried';
UPDATE timesheet SET state = 'submitted', submitted_at = now() WHERE state = 'queried';
"""
"""A query used to ask for the hours again; now it says how much is agreed. The practice is asked once more."""


def upgrade() -> None:
    """Extras of a timesheet, the fee for an extra visit, disputes and their rounds."""
    for name, kind in EXTRAS.items():
        op.add_column("timesheet", sa.Column(name, kind, nullable=False, server_default="0"))
        op.alter_column("timesheet", name, server_default=None)
    op.create_check_constraint(
        op.f("ck_timesheet_extras_not_negative"), "timesheet", "extra_visits >= 0 AND miles >= 0 AND miles_before >= 0"
    )
    op.add_column("practice_session", sa.Column("extra_visit_fee", sa.BigInteger(), nullable=True))
    op.execute(NOBODY_WAITS_FOR_THE_OLD_QUERY)
    make_disputes()
    make_rounds()
    for table in ("dispute", "dispute_round"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_pools ON {table} USING ({OWN_POOLS}) WITH CHECK ({OWN_POOLS})")
    op.execute(f"REVOKE UPDATE, DELETE ON dispute_round FROM {application_role()}")


def make_disputes() -> None:
    """One row for each queried item."""
    op.create_table(
        "dispute",
        sa.Column("id", sa.Uuid(), nullable=False),
        *fenced(),
        sa.Column("timesheet_id", sa.Uuid(), nullable=False),
        sa.Column("charge_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("claimed", sa.BigInteger(), nullable=False),
        sa.Column("agreed", sa.BigInteger(), nullable=False),
        sa.Column("disputed", sa.BigInteger(), nullable=False),
        sa.Column("awarded", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rounds_written", sa.Integer(), nullable=False),
        *keys("dispute", timesheet_id="timesheet", charge_id="charge"),
        sa.UniqueConstraint("charge_id", name="uq_dispute_charge"),
        sa.UniqueConstraint("timesheet_id", "kind", name="uq_dispute_timesheet_kind"),
        sa.CheckConstraint(STATES, name=op.f("ck_dispute_known_state")),
        sa.CheckConstraint(
            "claimed = agreed + disputed AND agreed >= 0 AND disputed > 0", name=op.f("ck_dispute_adds_up")
        ),
        sa.CheckConstraint("awarded BETWEEN 0 AND disputed", name=op.f("ck_dispute_awarded_within")),
        sa.CheckConstraint("(closed_at IS NULL) = (awarded IS NULL)", name=op.f("ck_dispute_closed_has_outcome")),
    )
    indexes("dispute", "pool_id", "practice_id", "clinician_id", "timesheet_id")
    op.create_index(
        "ix_dispute_answer_by",
        "dispute",
        ["answer_by"],
        postgresql_where=sa.text("state IN ('with_clinician', 'with_practice', 'with_manager')"),
    )


def make_rounds() -> None:
    """What each side wrote."""
    op.create_table(
        "dispute_round",
        sa.Column("id", sa.Uuid(), nullable=False),
        *fenced(),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("figure", sa.Numeric(8, 1), nullable=True),
        sa.Column("due", sa.BigInteger(), nullable=True),
        *keys("dispute_round", dispute_id="dispute", person_id="person"),
        sa.UniqueConstraint("dispute_id", "number", name="uq_dispute_round_number"),
        sa.CheckConstraint(
            "party IN ('practice', 'clinician', 'manager', 'system')", name=op.f("ck_dispute_round_known_party")
        ),
        sa.CheckConstraint(
            "act IN ('query', 'counter', 'accept', 'escalate', 'lapse', 'decide')",
            name=op.f("ck_dispute_round_known_act"),
        ),
    )
    indexes("dispute_round", "pool_id", "practice_id", "clinician_id", "dispute_id")


def fenced() -> list[sa.Column]:
    """Whose row it is."""
    return [sa.Column(name, sa.Uuid(), nullable=False) for name in ("pool_id", "practice_id", "clinician_id")]


def keys(table: str, **others: str) -> list[sa.Constraint]:
    """The primary key, and one foreign key for each column that names a row of another table."""
    owners = {"pool_id": "pool", "practice_id": "practice", "clinician_id": "clinician"} | others
    foreign = [
        sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))
        for column, to in owners.items()
    ]
    return [sa.PrimaryKeyConstraint("id", name=f"pk_{table}"), *foreign]


def indexes(table: str, *columns: str) -> None:
    """One index for each column."""
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def application_role() -> str:
    """The role in DATABASE_URL, which may add rounds but never change them."""
    return f'"{sa.make_url(current_app.extensions["pool_config"].database_url).username}"'


def downgrade() -> None:
    """Remove all of it; a sheet of hours that was queried goes back to the practice."""
    op.drop_table("dispute_round")
    op.drop_table("dispute")
    op.execute(NOBODY_WAITS_FOR_THE_OLD_QUERY)
    op.drop_column("practice_session", "extra_visit_fee")
    op.drop_constraint("ck_timesheet_extras_not_negative", "timesheet")
    for name in EXTRAS:
        op.drop_column("timesheet", name)
