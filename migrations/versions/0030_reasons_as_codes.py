"""Why a clinician was chosen is kept as codes with figures, so that each reader is addressed as who they are."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

AS_KEPT = """
CREATE FUNCTION reasons_as_kept(reasons text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('sentence', sentence) ORDER BY number), '[]')
    FROM unnest(reasons) WITH ORDINALITY AS kept (sentence, number)
$$
"""
AS_SENTENCES = """
CREATE FUNCTION reasons_as_sentences(reasons jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(array_agg(coalesce(kept->>'sentence', kept->>'code') ORDER BY number), '{}')
    FROM jsonb_array_elements(reasons) WITH ORDINALITY AS kept (kept, number)
$$
"""


def upgrade() -> None:
    """Sentences that were kept stay, and are shown as they stand."""
    change(AS_KEPT, "reasons_as_kept", "text[]", "jsonb")


def downgrade() -> None:
    """Codes have no words in a release before."""
    change(AS_SENTENCES, "reasons_as_sentences", "jsonb", "text[]")


def change(create: str, name: str, before: str, after: str) -> None:
    """Turn the column of both tables into another type."""
    op.execute(create)
    for table in ("offer", "proposal"):
        op.execute(f"ALTER TABLE {table} ALTER COLUMN reasons TYPE {after} USING {name}(reasons)")
    op.execute(f"DROP FUNCTION {name}({before})")
