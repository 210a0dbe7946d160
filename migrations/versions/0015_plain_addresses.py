"""E-mail addresses without spaces and signs that nobody sees: a pasted one made a second person whom no mail reached."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

UNSEEN = (
    r"[\u0001-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]"
)

OTHER_ADDRESSES = (("practice", "invoice_email"), ("practice", "email"), ("host", "email"), ("seller", "email"))

ROLES_MOVE = """
    UPDATE membership SET person_id = :kept WHERE person_id = :gone AND NOT EXISTS (
        SELECT FROM membership AS same WHERE same.person_id = :kept AND same.pool_id = membership.pool_id
            AND same.role = membership.role AND same.practice_id IS NOT DISTINCT FROM membership.practice_id)
"""
CLINICIANS_MOVE = """
    UPDATE clinician SET person_id = :kept WHERE person_id = :gone
        AND NOT EXISTS (SELECT FROM clinician AS same WHERE same.person_id = :kept AND same.pool_id = clinician.pool_id)
        AND NOT EXISTS (SELECT FROM booking WHERE booking.clinician_id = clinician.id)
"""
THE_REST_ENDS = (
    "UPDATE membership SET ended_at = now() WHERE person_id = :gone AND ended_at IS NULL",
    "UPDATE clinician SET active = false WHERE person_id = :gone",
    "UPDATE person SET active = false, email = :gone || '@same-person.invalid' WHERE id = :gone",
)


def upgrade() -> None:
    """Tidy the addresses; what the unreachable twin of a person was given passes to the person, its history stays."""
    people = op.get_bind().execute(sa.text("SELECT id, email FROM person WHERE email ~ :unseen"), {"unseen": UNSEEN})
    for person_id, email in people.all():
        mend(person_id, plain(email))
    op.create_check_constraint(op.f("ck_person_plain_email"), "person", f"email !~ '{UNSEEN}'")
    for table, column in OTHER_ADDRESSES:
        op.execute(
            f"UPDATE {table} SET {column} = regexp_replace({column}, '{UNSEEN}', '', 'g') WHERE {column} ~ '{UNSEEN}'"
        )


def mend(person_id: object, email: str) -> None:
    """One address; the address of somebody else makes both one person."""
    bind = op.get_bind()
    other = bind.execute(
        sa.text("SELECT id FROM person WHERE email = CAST(:email AS citext)"), {"email": email}
    ).scalar()
    if other is None:
        bind.execute(sa.text("UPDATE person SET email = :email WHERE id = :id"), {"email": email, "id": person_id})
        return
    for statement in (ROLES_MOVE, CLINICIANS_MOVE, *THE_REST_ENDS):
        bind.execute(sa.text(statement), {"kept": other, "gone": person_id})


def plain(email: str) -> str:
    """The address without what nobody sees."""
    shown = (
        sign for sign in unicodedata.normalize("NFKC", email) if unicodedata.category(sign) not in ("Cf", "Cc", "Cs")
    )
    return re.sub(r"[\s\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe00-\ufe0f\uffa0]", "", "".join(shown))


def downgrade() -> None:
    """Any address again; tidied ones stay tidy."""
    op.drop_constraint("ck_person_plain_email", "person")
