"""A clinician's own "never at this practice", beside the practice's block: each side takes back only its own word."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nobody has said it yet."""
    never = sa.Column("never", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("practice_preference", never)
    op.alter_column("practice_preference", "never", server_default=None)


def downgrade() -> None:
    """Remove it."""
    op.drop_column("practice_preference", "never")
