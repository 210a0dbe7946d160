"""An offer that takes the place of another one, because the session was put right."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No offer so far replaces another."""
    op.add_column("offer", sa.Column("corrects_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_offer_corrects_id_offer"), "offer", "offer", ["corrects_id"], ["id"])
    op.create_index(op.f("ix_offer_corrects_id"), "offer", ["corrects_id"])


def downgrade() -> None:
    """They stand by themselves."""
    op.drop_index("ix_offer_corrects_id", "offer")
    op.drop_constraint("fk_offer_corrects_id_offer", "offer")
    op.drop_column("offer", "corrects_id")
