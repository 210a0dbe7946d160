"""Why clinicians called bookings off moves out of practices' sight, with the days on which they cannot work; offers that
clinicians ask for, or that go beyond a wish of theirs."""

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

OWN_POOLS = "pool_id = ANY (ARRAY(SELECT unnest(string_to_array(current_setting('app.pool_ids', true), ','))::uuid))"

PERSON_AWAY = """
CREATE FUNCTION person_away(people uuid[], first date, last date)
RETURNS TABLE (person_id uuid, first_day date, last_day date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT a.person_id, a.first_day, a.last_day FROM absence a
    WHERE a.person_id = ANY (people) AND a.first_day <= last AND a.last_day >= first
$$
"""
"""Only days leave a pool, never the reason."""

OFFERS = (
    sa.Column("asked_for", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("over_limits", postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'::text[]")),
)
"""No offer so far was asked for by its clinician, and none goes beyond a wish of theirs."""

REASONS_MOVE = """
INSERT INTO absence (id, pool_id, clinician_id, person_id, booking_id, reason, recorded_at)
SELECT gen_random_uuid(), pool_id, clinician_id, person_id, id, cancel_reason, coalesce(cancelled_at, now())
FROM booking WHERE cancelled_by = 'clinician';
UPDATE booking SET cancel_reason = '' WHERE cancelled_by = 'clinician';
UPDATE outbox_message SET data = jsonb_set(data, '{reason}', '""')
WHERE name = 'BookingCancelled' AND data ->> 'by_party' = 'clinician';
"""

REASONS_GO_BACK = """
UPDATE booking SET cancel_reason = absence.reason FROM absence WHERE absence.booking_id = booking.id;
"""


def upgrade() -> None:
    """A table that no practice sees; other pools learn only the days."""
    op.create_table(
        "absence",
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.Column(name, sa.Uuid(), nullable=False)
            for name in ("pool_id", "clinician_id", "person_id", "booking_id")
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_absence"),
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_absence_{column}_{to}"))
            for column, to in (
                ("pool_id", "pool"),
                ("clinician_id", "clinician"),
                ("person_id", "person"),
                ("booking_id", "booking"),
                ("recorded_by_id", "person"),
            )
        ),
        sa.UniqueConstraint("booking_id", name=op.f("uq_absence_booking_id")),
        sa.CheckConstraint("(first_day IS NULL) = (last_day IS NULL)", name=op.f("ck_absence_both_days_or_none")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_absence_days_in_order")),
    )
    for column in ("pool_id", "clinician_id"):
        op.create_index(f"ix_absence_{column}", "absence", [column])
    op.create_index("ix_absence_person_id_last_day", "absence", ["person_id", "last_day"])
    op.execute("ALTER TABLE absence ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own_pools ON absence USING ({OWN_POOLS}) WITH CHECK ({OWN_POOLS})")
    op.execute(REASONS_MOVE)
    for column in OFFERS:
        op.add_column("offer", column)
        op.alter_column("offer", column.name, server_default=None)
    op.execute(PERSON_AWAY)
    op.execute("REVOKE ALL ON FUNCTION person_away FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION person_away TO {application_role()}")


def application_role() -> str:
    """The role in DATABASE_URL."""
    return f'"{sa.make_url(current_app.extensions["pool_config"].database_url).username}"'


def downgrade() -> None:
    """The reasons stand in the bookings again."""
    op.execute(REASONS_GO_BACK)
    op.execute("DROP FUNCTION person_away")
    op.drop_table("absence")
    for column in OFFERS:
        op.drop_column("offer", column.name)
