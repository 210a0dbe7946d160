"""What PostgreSQL itself guards: pools, issued documents, the audit trail. See docs/adr/0003-two-fences.md."""

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

POOL_TABLES = (
    "audit_entry",
    "availability_day",
    "booking",
    "clinician",
    "engagement",
    "invoice",
    "invoice_line",
    "match_run",
    "message",
    "offer",
    "outbox_message",
    "practice",
    "practice_preference",
    "practice_session",
    "proposal",
    "seller",
    "timesheet",
    "unfilled_reason",
    "weekly_slot",
)
READ_ONLY_AFTER_WRITING = ("audit_entry",)

OWN_POOLS = "pool_id = ANY (ARRAY(SELECT unnest(string_to_array(current_setting('app.pool_ids', true), ','))::uuid))"
"""As a sub-select it is worked out once per statement; written plainly it would be worked out for every row."""

OWN_MEMBERSHIP = f"{OWN_POOLS} OR person_id = NULLIF(current_setting('app.person_id', true), '')::uuid"

PERSON_BUSY = """
CREATE FUNCTION person_busy(people uuid[], from_at timestamptz, to_at timestamptz)
RETURNS TABLE (person_id uuid, starts_at timestamptz, ends_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT b.person_id, b.starts_at, b.ends_at FROM booking b
    WHERE b.person_id = ANY (people) AND b.starts_at < to_at AND b.ends_at > from_at
      AND b.state NOT IN ('cancelled', 'no_show')
$$
"""

ISSUED_NEVER_CHANGES = """
CREATE FUNCTION invoice_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'invoice % is issued and is kept for ever', OLD.number;
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state <> 'draft' AND
       (to_jsonb(NEW) - '{state,paid_total,paid_on,pdf,pdf_sha256}'::text[])
       IS DISTINCT FROM (to_jsonb(OLD) - '{state,paid_total,paid_on,pdf,pdf_sha256}'::text[]) THEN
        RAISE EXCEPTION 'invoice % is issued and never changes', OLD.number;
    END IF;
    IF OLD.pdf IS NOT NULL AND (NEW.pdf IS DISTINCT FROM OLD.pdf OR NEW.pdf_sha256 IS DISTINCT FROM OLD.pdf_sha256) THEN
        RAISE EXCEPTION 'the document of invoice % never changes', OLD.number;
    END IF;
    IF OLD.state <> 'draft' AND NEW.state = 'draft' THEN
        RAISE EXCEPTION 'invoice % cannot become a draft again', OLD.number;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION invoice_line_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE row_of record;
BEGIN
    row_of := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    IF EXISTS (SELECT FROM invoice WHERE id = row_of.invoice_id AND state <> 'draft') OR
       (TG_OP = 'UPDATE' AND EXISTS (SELECT FROM invoice WHERE id = OLD.invoice_id AND state <> 'draft')) THEN
        RAISE EXCEPTION 'the lines of an issued invoice never change';
    END IF;
    RETURN row_of;
END $$;

CREATE TRIGGER invoice_frozen BEFORE UPDATE OR DELETE ON invoice
    FOR EACH ROW EXECUTE FUNCTION invoice_is_frozen();
CREATE TRIGGER invoice_line_frozen BEFORE INSERT OR UPDATE OR DELETE ON invoice_line
    FOR EACH ROW EXECUTE FUNCTION invoice_line_is_frozen();
"""

BOOKED_TERMS_NEVER_CHANGE = """
CREATE FUNCTION booking_terms_are_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER booking_frozen BEFORE UPDATE ON booking
    FOR EACH ROW EXECUTE FUNCTION booking_terms_are_frozen();
"""


def upgrade() -> None:
    """Row-level security, grants, and triggers for what never changes."""
    for table in POOL_TABLES:
        fence(table, OWN_POOLS)
    fence("membership", OWN_MEMBERSHIP)
    for statements in (PERSON_BUSY, ISSUED_NEVER_CHANGES, BOOKED_TERMS_NEVER_CHANGE):
        op.execute(statements)
    grant(application_role())


def fence(table: str, condition: str) -> None:
    """Rows of other pools are neither seen nor written by the application's role."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own_pools ON {table} USING ({condition}) WITH CHECK ({condition})")


def application_role() -> str:
    """The role in DATABASE_URL; it must not be the owner, or the fences would not bind it."""
    config = current_app.extensions["pool_config"]
    role = sa.make_url(config.database_url).username
    if role is None or role == sa.make_url(config.database_owner_url).username:
        raise RuntimeError("DATABASE_URL must use another role than DATABASE_OWNER_URL: see docs/settings.md")
    return f'"{role}"'


def grant(role: str) -> None:
    """The application may read and write rows, and only add to the audit trail."""
    op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
    for table in READ_ONLY_AFTER_WRITING:
        op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM {role}")
    op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}")
    op.execute("REVOKE ALL ON FUNCTION person_busy FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION person_busy TO {role}")


def downgrade() -> None:
    """Remove the fences."""
    for table in (*POOL_TABLES, "membership"):
        op.execute(f"DROP POLICY own_pools ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("DROP TRIGGER booking_frozen ON booking")
    op.execute("DROP TRIGGER invoice_line_frozen ON invoice_line")
    op.execute("DROP TRIGGER invoice_frozen ON invoice")
    for function in ("booking_terms_are_frozen", "invoice_line_is_frozen", "invoice_is_frozen", "person_busy"):
        op.execute(f"DROP FUNCTION {function}")
