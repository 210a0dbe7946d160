"""What the national report says of a practice beside its address: county, telephone, and that it is dormant."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TEXTS = ("county", "phone")


def upgrade() -> None:
    """Not known until the next import."""
    for name in TEXTS:
        op.add_column("organisation", sa.Column(name, sa.Text(), nullable=False, server_default=""))
        op.alter_column("organisation", name, server_default=None)
    op.add_column("organisation", sa.Column("dormant", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("organisation", "dormant", server_default=None)


def downgrade() -> None:
    """Forget it."""
    for name in (*TEXTS, "dormant"):
        op.drop_column("organisation", name)
