"""People of several pools: invitations that they accept themselves, and lost phones that two managers confirm."""

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OWN_POOLS = "pool_id = ANY (ARRAY(SELECT unnest(string_to_array(current_setting('app.pool_ids', true), ','))::uuid))"

ACROSS_POOLS = """
CREATE FUNCTION pools_of_person(who uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT DISTINCT m.pool_id FROM membership m WHERE m.person_id = who AND m.ended_at IS NULL
       AND (m.role <> 'clinician'
            OR EXISTS (SELECT FROM clinician c WHERE c.person_id = who AND c.pool_id = m.pool_id AND c.active))
$$;
CREATE FUNCTION person_with_number(body text, number text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT c.person_id FROM clinician c
      JOIN person p ON p.id = c.person_id AND p.active AND p.owns_address
      JOIN membership m ON m.person_id = p.id AND m.pool_id = c.pool_id AND m.role = 'clinician' AND m.ended_at IS NULL
     WHERE c.registration_body = body AND c.registration_number = number AND c.active
     ORDER BY p.created_at LIMIT 1
$$;
REVOKE ALL ON FUNCTION pools_of_person FROM PUBLIC;
REVOKE ALL ON FUNCTION person_with_number FROM PUBLIC;
"""
"""Ids only: nothing else of another pool is told, and the product shows neither."""


def upgrade() -> None:
    """Every person so far owns their address; nobody stands for anybody."""
    on_person()
    on_clinician()
    resets()
    op.execute(ACROSS_POOLS)
    role = f'"{sa.make_url(current_app.extensions["pool_config"].database_url).username}"'
    op.execute(f"GRANT EXECUTE ON FUNCTION pools_of_person TO {role}")
    op.execute(f"GRANT EXECUTE ON FUNCTION person_with_number TO {role}")


def on_person() -> None:
    """Who owns an address, and for whom somebody stands."""
    op.add_column("person", sa.Column("owns_address", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.alter_column("person", "owns_address", server_default=None)
    op.add_column("person", sa.Column("stands_for_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_person_stands_for_id_person"), "person", "person", ["stands_for_id"], ["id"])
    op.create_index(op.f("ix_person_stands_for_id"), "person", ["stands_for_id"])
    op.drop_constraint("uq_person_email", "person")
    op.create_index(op.f("ix_person_email"), "person", ["email"])
    op.create_index("uq_person_email_owner", "person", ["email"], unique=True, postgresql_where=sa.text("owns_address"))
    op.create_check_constraint(
        op.f("ck_person_stand_in_owns_nothing"), "person", "stands_for_id IS NULL OR NOT owns_address"
    )


def on_clinician() -> None:
    """Somebody who no longer takes sessions does not stand in the way of who is added again."""
    number = ["pool_id", "registration_body", "registration_number"]
    active = sa.text("active")
    op.drop_constraint("uq_clinician_pool_person", "clinician")
    op.drop_constraint("uq_clinician_registration", "clinician")
    op.create_index(
        "uq_clinician_pool_person", "clinician", number[:1] + ["person_id"], unique=True, postgresql_where=active
    )
    op.create_index("uq_clinician_registration", "clinician", number, unique=True, postgresql_where=active)
    op.create_index("ix_clinician_register", "clinician", number[1:])


def resets() -> None:
    """The first manager's word that a phone is lost, in each pool of the person."""
    op.create_table(
        "factor_reset",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_from_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pool_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_factor_reset_person_id_person"),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name="fk_factor_reset_asked_by_id_person"),
        sa.ForeignKeyConstraint(["asked_from_id"], ["pool.id"], name="fk_factor_reset_asked_from_id_pool"),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name="fk_factor_reset_pool_id_pool"),
        sa.PrimaryKeyConstraint("id", name="pk_factor_reset"),
    )
    op.create_index("ix_factor_reset_person_id", "factor_reset", ["person_id"])
    op.create_index("ix_factor_reset_pool_id", "factor_reset", ["pool_id"])
    op.execute("ALTER TABLE factor_reset ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own_pools ON factor_reset USING ({OWN_POOLS}) WITH CHECK ({OWN_POOLS})")


def downgrade() -> None:
    """Older programs know one person for each address: it fails while two people share one."""
    op.execute("DROP FUNCTION person_with_number")
    op.execute("DROP FUNCTION pools_of_person")
    op.drop_table("factor_reset")
    op.drop_index("ix_clinician_register", "clinician")
    op.drop_index("uq_clinician_registration", "clinician")
    op.drop_index("uq_clinician_pool_person", "clinician")
    number = ["pool_id", "registration_body", "registration_number"]
    op.create_unique_constraint("uq_clinician_registration", "clinician", number)
    op.create_unique_constraint("uq_clinician_pool_person", "clinician", ["pool_id", "person_id"])
    op.drop_index("uq_person_email_owner", "person")
    op.drop_index("ix_person_email", "person")
    op.create_unique_constraint("uq_person_email", "person", ["email"])
    op.drop_constraint("ck_person_stand_in_owns_nothing", "person")
    op.drop_column("person", "stands_for_id")
    op.drop_column("person", "owns_address")
