"""Why an offer was closed without an answer, so that its page says what was."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of offers so far it is not known."""
    op.add_column("offer", sa.Column("closed_because", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Their pages guess again."""
    op.drop_column("offer", "closed_because")
