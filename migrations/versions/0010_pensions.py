"""NHS Pension: intent on the booking, profiles and tiers of clinicians, Forms A and B that never change once signed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("pension_profile", "tier_choice", "form_a", "form_b", "form_b_line")

OWN_POOLS = "pool_id = ANY (ARRAY(SELECT unnest(string_to_array(current_setting('app.pool_ids', true), ','))::uuid))"

BOOKED_PENSION_NEVER_CHANGES = """
CREATE FUNCTION booking_pension_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.pension_intent, NEW.pension_route, NEW.pension_cost)
       IS DISTINCT FROM (OLD.pension_intent, OLD.pension_route, OLD.pension_cost) THEN
        RAISE EXCEPTION 'the terms of a booking never change: cancel it and book again';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER booking_pension_frozen BEFORE UPDATE ON booking
    FOR EACH ROW EXECUTE FUNCTION booking_pension_is_frozen();
"""

FORMS_NEVER_CHANGE = """
CREATE FUNCTION form_a_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a Form A is kept for ever';
    END IF;
    IF OLD.state = 'signed' AND (to_jsonb(NEW) - 'told_days') IS DISTINCT FROM (to_jsonb(OLD) - 'told_days') THEN
        RAISE EXCEPTION 'a signed Form A never changes';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER form_a_frozen BEFORE UPDATE OR DELETE ON form_a FOR EACH ROW EXECUTE FUNCTION form_a_is_frozen();

CREATE FUNCTION form_b_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a submitted Form B is kept for ever';
    END IF;
    IF (to_jsonb(NEW) - '{state,paid_on}'::text[]) IS DISTINCT FROM (to_jsonb(OLD) - '{state,paid_on}'::text[]) THEN
        RAISE EXCEPTION 'a submitted Form B never changes: what comes later goes on a supplementary one';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER form_b_frozen BEFORE UPDATE OR DELETE ON form_b FOR EACH ROW EXECUTE FUNCTION form_b_is_frozen();

CREATE FUNCTION form_b_line_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the lines of a submitted Form B never change';
END $$;
CREATE TRIGGER form_b_line_frozen BEFORE UPDATE OR DELETE ON form_b_line
    FOR EACH ROW EXECUTE FUNCTION form_b_line_is_frozen();
"""


def upgrade() -> None:
    """Columns, tables, fences and what never changes."""
    on_bookings()
    profiles()
    forms_a()
    forms_b()
    for table in TABLES:
        op.create_index(f"ix_{table}_pool_id", table, ["pool_id"])
        op.create_index(f"ix_{table}_clinician_id", table, ["clinician_id"])
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_pools ON {table} USING ({OWN_POOLS}) WITH CHECK ({OWN_POOLS})")
    op.execute(BOOKED_PENSION_NEVER_CHANGES)
    op.execute(FORMS_NEVER_CHANGE)


def on_bookings() -> None:
    """Nobody has pensioned anything in bookings that are there already."""
    for column in (
        sa.Column("pension_intent", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("pension_route", sa.Text(), nullable=False, server_default="none"),
        sa.Column("pension_cost", sa.BigInteger(), nullable=False, server_default="0"),
    ):
        op.add_column("booking", column)
        op.alter_column("booking", column.name, server_default=None)
    op.create_check_constraint("intent_needs_the_route", "booking", "NOT pension_intent OR pension_route = 'locum_ab'")


def profiles() -> None:
    """What a GP tells us once, and a tier for each year."""
    op.create_table(
        "pension_profile",
        *owned(),
        flag("pension_by_default"),
        words("surname"),
        words("other_names"),
        sa.Column("address", sa.ARRAY(sa.Text()), nullable=False),
        secret("sd_number"),
        secret("ni_number"),
        secret("date_of_birth"),
        words("authority_code"),
        money("added_years"),
        money("mpavc"),
        money("additional_pension"),
        money("errbo"),
        *keys("pension_profile"),
        sa.UniqueConstraint("clinician_id", name="uq_pension_profile_clinician"),
    )
    op.create_table(
        "tier_choice",
        *owned(),
        sa.Column("year", sa.Integer(), nullable=False),
        words("tier"),
        instant("chosen_at"),
        person("chosen_by_id"),
        *keys("tier_choice"),
        refers("tier_choice", "chosen_by_id", "person"),
        sa.UniqueConstraint("clinician_id", "year", name="uq_tier_choice_clinician_year"),
        sa.CheckConstraint("tier IN ('1', '2', '3', '4', '5', '6')", name="known_tier"),
    )


def forms_a() -> None:
    """One for each invoice with pensionable work."""
    op.create_table(
        "form_a",
        *owned(),
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        words("state"),
        instant("prepared_at"),
        day("worked_from"),
        day("worked_to"),
        sa.Column("days", JSONB(), nullable=False),
        money("fee"),
        money("pensionable"),
        money("employer"),
        rate("rate"),
        flag("rate_confirmed"),
        words("rate_note"),
        sa.Column("told_days", sa.Integer(), nullable=False),
        instant("declared_at", nullable=True),
        words("declared_name"),
        secret("sd_number"),
        secret("ni_number"),
        day("paid_on", nullable=True),
        words("practice_name"),
        words("authority_code"),
        words("signed_name"),
        person("signed_by_id"),
        instant("signed_at", nullable=True),
        secret("upr"),
        *keys("form_a"),
        refers("form_a", "practice_id", "practice"),
        refers("form_a", "invoice_id", "invoice"),
        refers("form_a", "signed_by_id", "person"),
        sa.UniqueConstraint("invoice_id", name="uq_form_a_invoice"),
        sa.CheckConstraint("state IN ('prepared', 'declared', 'signed', 'withdrawn')", name="known_state"),
        sa.CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed_when_signed"),
        sa.CheckConstraint("worked_to >= worked_from", name="days_in_order"),
    )
    op.create_index("ix_form_a_practice_id", "form_a", ["practice_id"])
    op.create_index("ix_form_a_state", "form_a", ["state"])


def forms_b() -> None:
    """One for each month of pay received, and its lines."""
    boxes = (
        "a_pensionable",
        "b_member",
        "c_added_years",
        "d_mpavc",
        "e_additional_pension",
        "f_errbo",
        "g_member_total",
        "h_employer_total",
        "i_to_pay",
        "j_year_to_date",
    )
    op.create_table(
        "form_b",
        *owned(),
        day("month"),
        sa.Column("sequence", sa.Integer(), nullable=False),
        words("state"),
        *(secret(name, nullable=False) for name in ("upr", "sd_number", "ni_number", "date_of_birth")),
        sa.Column("member", JSONB(), nullable=False),
        words("tier"),
        rate("tier_rate"),
        flag("tier_confirmed"),
        *(money(name) for name in boxes),
        instant("submitted_at"),
        person("submitted_by_id"),
        day("paid_on", nullable=True),
        *keys("form_b"),
        refers("form_b", "submitted_by_id", "person"),
        sa.UniqueConstraint("clinician_id", "month", "sequence", name="uq_form_b_clinician_month"),
        sa.CheckConstraint("state IN ('submitted', 'paid')", name="known_state"),
        sa.CheckConstraint("extract(day FROM month) = 1", name="month_is_its_first_day"),
    )
    op.create_table(
        "form_b_line",
        *owned(),
        sa.Column("form_b_id", sa.Uuid(), nullable=False),
        sa.Column("form_a_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *keys("form_b_line"),
        refers("form_b_line", "form_b_id", "form_b"),
        refers("form_b_line", "form_a_id", "form_a"),
        sa.UniqueConstraint("form_a_id", name="uq_form_b_line_form_a"),
        sa.UniqueConstraint("form_b_id", "position", name="uq_form_b_line_position"),
    )


def owned() -> list[sa.Column]:
    """What every row here has: an id, its pool, its clinician."""
    return [sa.Column(name, sa.Uuid(), nullable=False) for name in ("id", "pool_id", "clinician_id")]


def keys(table: str) -> list[sa.Constraint]:
    """The keys of `owned`."""
    return [
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        refers(table, "pool_id", "pool"),
        refers(table, "clinician_id", "clinician"),
    ]


def refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """A foreign key with the name that the models give it."""
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}")


def words(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def money(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def rate(name: str) -> sa.Column:
    return sa.Column(name, sa.Numeric(6, 4), nullable=False)


def flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean(), nullable=False)


def day(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=nullable)


def instant(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def person(name: str) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=True)


def secret(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def downgrade() -> None:
    """Remove them."""
    for table in reversed(TABLES):
        op.drop_table(table)
    for function in ("form_b_line_is_frozen", "form_b_is_frozen", "form_a_is_frozen"):
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP TRIGGER booking_pension_frozen ON booking")
    op.execute("DROP FUNCTION booking_pension_is_frozen")
    for column in ("pension_cost", "pension_route", "pension_intent"):
        op.drop_column("booking", column)
