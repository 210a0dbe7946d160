"""Other terms for a booking, proposed by one side and accepted by the other; the only way in which agreed terms change."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

OWN_POOLS = "pool_id = ANY (ARRAY(SELECT unnest(string_to_array(current_setting('app.pool_ids', true), ','))::uuid))"
STATES = "state IN ('proposed', 'accepted', 'declined', 'withdrawn', 'lapsed')"
PARTIES = "IN ('practice', 'clinician', 'manager')"
OPEN = sa.text("state IN ('proposed')")

ONLY_WHAT_WAS_ACCEPTED = """
CREATE OR REPLACE FUNCTION booking_terms_are_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.engagement_type, NEW.session_id, NEW.clinician_id, NEW.person_id)
       IS DISTINCT FROM (OLD.engagement_type, OLD.session_id, OLD.clinician_id, OLD.person_id) THEN
        RAISE EXCEPTION 'who is booked for what never changes: cancel the booking and book again';
    END IF;
    IF (NEW.terms, NEW.terms_hash, NEW.fee, NEW.starts_at, NEW.ends_at, NEW.changed_at)
       IS NOT DISTINCT FROM (OLD.terms, OLD.terms_hash, OLD.fee, OLD.starts_at, OLD.ends_at, OLD.changed_at) THEN
        RETURN NEW;
    END IF;
    IF OLD.state <> 'accepted' OR NEW.state <> 'accepted' OR NOT EXISTS (
        SELECT FROM terms_change change
        WHERE change.booking_id = OLD.id AND change.state = 'accepted'
          AND change.before_hash = OLD.terms_hash AND change.after_hash = NEW.terms_hash AND change.after = NEW.terms
          AND change.starts_at = NEW.starts_at AND change.ends_at = NEW.ends_at
          AND (change.after ->> 'fee_pence')::bigint = NEW.fee
          AND change.closed_at = NEW.changed_at AND (OLD.changed_at IS NULL OR NEW.changed_at > OLD.changed_at)
    ) THEN
        RAISE EXCEPTION 'the terms of a booking change only as one side proposed and the other accepted';
    END IF;
    RETURN NEW;
END $$;
"""

CONTRIBUTION_FOLLOWS = """
CREATE OR REPLACE FUNCTION booking_pension_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.pension_intent, NEW.pension_route) IS DISTINCT FROM (OLD.pension_intent, OLD.pension_route) THEN
        RAISE EXCEPTION 'whether a booking is pensioned never changes: cancel it and book again';
    END IF;
    IF NEW.pension_cost IS DISTINCT FROM OLD.pension_cost AND (
        NEW.terms_hash = OLD.terms_hash OR NOT NEW.pension_intent
        OR NEW.pension_cost IS DISTINCT FROM (NEW.terms -> 'pension' ->> 'cost_pence')::bigint
    ) THEN
        RAISE EXCEPTION 'the pension contribution of a booking is the one in its terms';
    END IF;
    RETURN NEW;
END $$;
"""

PENSION_NEVER_CHANGES = """
CREATE OR REPLACE FUNCTION booking_pension_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.pension_intent, NEW.pension_route, NEW.pension_cost)
       IS DISTINCT FROM (OLD.pension_intent, OLD.pension_route, OLD.pension_cost) THEN
        RAISE EXCEPTION 'the terms of a booking never change: cancel it and book again';
    END IF;
    RETURN NEW;
END $$;
"""

CHANGES_ARE_KEPT = """
CREATE FUNCTION terms_change_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a proposed change of a booking is kept for ever';
    END IF;
    IF OLD.state <> 'proposed' THEN
        RAISE EXCEPTION 'a proposed change that was answered never changes';
    END IF;
    IF (to_jsonb(NEW) - '{state,closed_at,answered_by,answered_by_id}'::text[])
       IS DISTINCT FROM (to_jsonb(OLD) - '{state,closed_at,answered_by,answered_by_id}'::text[]) THEN
        RAISE EXCEPTION 'a proposed change of a booking is answered as it was written';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER terms_change_kept BEFORE UPDATE OR DELETE ON terms_change
    FOR EACH ROW EXECUTE FUNCTION terms_change_is_kept();
"""

TERMS_NEVER_CHANGE = """
CREATE OR REPLACE FUNCTION booking_terms_are_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.terms, NEW.terms_hash, NEW.fee, NEW.engagement_type, NEW.session_id, NEW.clinician_id, NEW.person_id,
        NEW.starts_at, NEW.ends_at)
       IS DISTINCT FROM
       (OLD.terms, OLD.terms_hash, OLD.fee, OLD.engagement_type, OLD.session_id, OLD.clinician_id, OLD.person_id,
        OLD.starts_at, OLD.ends_at) THEN
        RAISE EXCEPTION 'the terms of a booking never change: cancel it and book again';
    END IF;
    RETURN NEW;
END $$;
"""


def upgrade() -> None:
    """No booking so far has changed; the frozen terms open only for what both sides agreed."""
    op.add_column("booking", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    make_table()
    op.execute("ALTER TABLE terms_change ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own_pools ON terms_change USING ({OWN_POOLS}) WITH CHECK ({OWN_POOLS})")
    op.execute(CHANGES_ARE_KEPT)
    op.execute(ONLY_WHAT_WAS_ACCEPTED)
    op.execute(CONTRIBUTION_FOLLOWS)


def make_table() -> None:
    """One row for each proposed change."""
    owners = {"pool_id": "pool", "practice_id": "practice", "clinician_id": "clinician", "booking_id": "booking"}
    people = {"proposed_by_id": "person", "answered_by_id": "person"}
    op.create_table(
        "terms_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in owners),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("state", "kind", "before_hash", "after_hash", "proposed_by")
        ),
        *(sa.Column(name, postgresql.JSONB(), nullable=False) for name in ("before", "after")),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=False)
            for name in ("starts_at", "ends_at", "proposed_at", "lapses_at")
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        *(sa.Column(name, sa.Uuid(), nullable=True) for name in people),
        sa.PrimaryKeyConstraint("id", name="pk_terms_change"),
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_terms_change_{column}_{to}"))
            for column, to in (owners | people).items()
        ),
        sa.CheckConstraint(STATES, name=op.f("ck_terms_change_known_state")),
        sa.CheckConstraint(f"proposed_by {PARTIES}", name=op.f("ck_terms_change_known_proposer")),
        sa.CheckConstraint(f"answered_by {PARTIES}", name=op.f("ck_terms_change_known_answerer")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_terms_change_ends_after_start")),
        sa.CheckConstraint("before_hash <> after_hash", name=op.f("ck_terms_change_changes_something")),
        sa.CheckConstraint(
            "(state = 'proposed') = (closed_at IS NULL)", name=op.f("ck_terms_change_closed_when_answered")
        ),
    )
    for column in owners:
        op.create_index(f"ix_terms_change_{column}", "terms_change", [column])
    op.create_index("uq_terms_change_open", "terms_change", ["booking_id"], unique=True, postgresql_where=OPEN)
    op.create_index("ix_terms_change_lapses_at_open", "terms_change", ["lapses_at"], postgresql_where=OPEN)


def downgrade() -> None:
    """Bookings keep the terms of now; what they were before is lost."""
    op.execute(TERMS_NEVER_CHANGE)
    op.execute(PENSION_NEVER_CHANGES)
    op.drop_table("terms_change")
    op.execute("DROP FUNCTION terms_change_is_kept")
    op.drop_column("booking", "changed_at")
