"""Log-ins are called so: a visit is a home visit in the NHS."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The rows, their rights and their readers stay."""
    op.rename_table("visit", "login")
    op.execute("ALTER INDEX ix_visit_person_id RENAME TO ix_login_person_id")
    op.execute("ALTER TABLE login RENAME CONSTRAINT pk_visit TO pk_login")
    op.execute("ALTER TABLE login RENAME CONSTRAINT fk_visit_person_id_person TO fk_login_person_id_person")


def downgrade() -> None:
    """The name of before."""
    op.execute("ALTER TABLE login RENAME CONSTRAINT fk_login_person_id_person TO fk_visit_person_id_person")
    op.execute("ALTER TABLE login RENAME CONSTRAINT pk_login TO pk_visit")
    op.execute("ALTER INDEX ix_login_person_id RENAME TO ix_visit_person_id")
    op.rename_table("login", "visit")
